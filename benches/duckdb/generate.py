"""Writes synthetic sign-in events: NDJSON in the shape of Sentinel's SigninLogs, and the IdentityInfo rows of its accounts.

The same seed and count give the same bytes. Nothing here is anyone's data: names, addresses (RFC 5737, RFC 3849) and tenants are made up.

usage: generate.py FOLDER [COUNT]   (1,000,000 events are about 1 GB)
"""

import json
import random
import sys
from datetime import datetime, timedelta
from pathlib import Path

SEED = 20260302
NOW = datetime(2026, 3, 2, 12)
DAYS = 14
USERS = 20_000
ADMINISTRATORS = 400
HOME = "aaaabbbb-0000-cccc-1111-dddd2222eeee"

APPS = [
    "Azure Portal", "Office 365 Exchange Online", "Microsoft Teams", "Office 365 SharePoint Online", "Microsoft Azure CLI", "Azure Active Directory PowerShell",
    "Microsoft Authentication Broker", "Contoso Payroll", "Contoso \"Field\" App", "Microsoft Graph", "Visual Studio", "Windows Sign In",
]
CLIENTS = ["Browser", "Mobile Apps and Desktop clients", "Exchange ActiveSync", "IMAP4", "Other clients"]
RESULTS = [("0", "", 80), ("50126", "Invalid username or password.", 8), ("50074", "Strong Authentication is required.", 5),
           ("50053", "Account is locked.", 4), ("500121", "Authentication failed.", 3)]
PLACES = [("Budapest", "Pest", "HU", 47.5, 19.04), ("Lyon", "Auvergne-Rhône-Alpes", "FR", 45.76, 4.84), ("São Paulo", "São Paulo", "BR", -23.55, -46.63),
          ("Osaka", "Ōsaka", "JP", 34.69, 135.5), ("Leeds", "England", "GB", 53.8, -1.55), ("Austin", "Texas", "US", 30.27, -97.74)]
SYSTEMS = ["Windows10", "Windows11", "MacOs", "Ios 19", "Android 16", "Linux"]
POLICIES = ["Require MFA for administrators", "Block legacy authentication", "Require compliant device", "Terms of use"]


def stamp(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%f") + "0Z"


def guid(rng):
    digits = f"{rng.getrandbits(128):032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def user(number):
    return f"user{number:05}@contoso.example"


def event(rng, moment, tenants, results, weights):
    number = min(int(rng.expovariate(4 / USERS)), USERS - 1)
    code, reason, _ = rng.choices(results, weights)[0]
    app = APPS[int(len(APPS) * rng.random() ** 2)]
    city, state, country, latitude, longitude = PLACES[rng.randrange(len(PLACES))]
    address = f"198.51.{rng.randrange(100, 104)}.{number % 256}" if rng.random() < 0.9 else f"2001:db8::{rng.getrandbits(16):x}:{rng.getrandbits(16):x}"
    system = SYSTEMS[number % len(SYSTEMS)]
    foreign = rng.random() < 0.03
    return {
        "TimeGenerated": stamp(moment),
        "OperationName": "Sign-in activity",
        "ResultType": code,
        "ResultDescription": reason,
        "DurationMs": rng.randrange(900),
        "CorrelationId": guid(rng),
        "AppDisplayName": app,
        "AuthenticationDetails": json.dumps([{"authenticationMethod": "Password", "succeeded": code != "50126"}]),
        "ClientAppUsed": CLIENTS[int(len(CLIENTS) * rng.random() ** 3)],
        "ConditionalAccessPolicies": [
            {"displayName": POLICIES[at], "result": "success" if code == "0" else "notApplied"}
            for at in range(number % 2)],
        "DeviceDetail": {"deviceId": guid(rng) if number % 2 else "", "operatingSystem": system, "browser": "Edge 140.0", "isCompliant": number % 5 > 0},
        "HomeTenantId": HOME,
        "IPAddress": address,
        "IsInteractive": rng.random() < 0.6,
        "LocationDetails": {"city": city, "state": state, "countryOrRegion": country, "geoCoordinates": {"latitude": latitude, "longitude": longitude}},
        "ResourceTenantId": tenants[min(int(rng.expovariate(1 / 12)), len(tenants) - 1)] if foreign else HOME,
        "RiskLevelDuringSignIn": "none" if rng.random() < 0.97 else "medium",
        "Status": {"errorCode": int(code), "failureReason": reason, "additionalDetails": None},
        "UserAgent": f"Mozilla/5.0 ({system}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.{number % 100}",
        "UserId": f"{number:08x}-1234-5678-9abc-def012345678",
        "UserPrincipalName": user(number),
        "UserType": "Guest" if number % 50 == 0 else "Member",
    }


def write(folder, count):
    rng = random.Random(SEED)
    tenants = [guid(rng) for _ in range(200)]
    weights = [weight for *_, weight in RESULTS]
    start, step = NOW - timedelta(days=DAYS), timedelta(days=DAYS) / count
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    with open(folder / "SigninLogs.part", "w", encoding="utf-8") as out:
        for number in range(count):
            out.write(encode(event(rng, start + number * step, tenants, RESULTS, weights)) + "\n")
    with open(folder / "IdentityInfo.ndjson", "w", encoding="utf-8") as out:
        for number in range(USERS):
            role = ["Global Administrator"] if number % (USERS // ADMINISTRATORS) == 0 else ["Reports Reader"] if number % 7 == 0 else []
            out.write(encode({"TimeGenerated": stamp(NOW - timedelta(days=5)), "AccountUPN": user(number).capitalize(), "AssignedRoles": role}) + "\n")
    (folder / "SigninLogs.part").rename(folder / "SigninLogs.ndjson")


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    write(target, int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000)
