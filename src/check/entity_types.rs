//! The entities that Sentinel knows, their identifiers, and which of them name an entity well enough.
//!
//! From Azure-Sentinel's `EntityMappingIdentifiers.cs` and <https://learn.microsoft.com/azure/sentinel/entities-reference>.

/// An entity type.
#[derive(Debug)]
pub(super) struct EntityType {
    /// `Account`
    pub name: &'static str,
    /// Each is enough alone (or, with `+`, together).
    pub strong: &'static [&'static [&'static str]],
    /// Further identifiers.
    pub weak: &'static [&'static str],
}

impl EntityType {
    /// Returns every identifier.
    pub(super) fn identifiers(&self) -> impl Iterator<Item = &'static str> {
        self.strong.iter().flat_map(|set| set.iter().copied()).chain(self.weak.iter().copied())
    }
}

/// Returns the type of that name.
pub(super) fn entity_type(name: &str) -> Option<&'static EntityType> {
    ENTITY_TYPES.iter().find(|entity| entity.name == name)
}

const fn entity(name: &'static str, strong: &'static [&'static [&'static str]], weak: &'static [&'static str]) -> EntityType {
    EntityType { name, strong, weak }
}

/// All entity types.
pub(super) static ENTITY_TYPES: &[EntityType] = &[
    entity(
        "Account",
        &[&["FullName"], &["Sid"], &["Name"], &["AadUserId"], &["PUID"], &["ObjectGuid"]],
        &["NTDomain", "DnsDomain", "UPNSuffix", "AadTenantId", "IsDomainJoined", "DisplayName", "CloudAppAccountId"],
    ),
    entity("AzureResource", &[&["ResourceId"]], &[]),
    entity("CloudApplication", &[&["AppId"], &["Name"]], &["InstanceName"]),
    entity("DNS", &[&["DomainName"]], &[]),
    entity("File", &[&["Name"]], &["Directory"]),
    entity("FileHash", &[&["Algorithm", "Value"]], &[]),
    entity(
        "Host",
        &[&["FullName"], &["HostName"], &["NetBiosName"], &["AzureID"], &["OMSAgentID"]],
        &["DnsDomain", "NTDomain", "OSFamily", "OSVersion", "IsDomainJoined"],
    ),
    entity(
        "IoTDevice",
        &[&["DeviceId"]],
        &[
            "DeviceName",
            "Manufacturer",
            "Model",
            "FirmwareVersion",
            "OperatingSystem",
            "MacAddress",
            "Protocols",
            "SerialNumber",
            "Source",
            "IoTSecurityAgentId",
            "DeviceType",
        ],
    ),
    entity("IP", &[&["Address"]], &[]),
    entity("Mailbox", &[&["MailboxPrimaryAddress"]], &["DisplayName", "Upn", "ExternalDirectoryObjectId", "RiskLevel"]),
    entity(
        "MailCluster",
        &[&["Query"], &["Source"]],
        &[
            "NetworkMessageIds",
            "CountByDeliveryStatus",
            "CountByThreatType",
            "CountByProtectionStatus",
            "Threats",
            "QueryTime",
            "MailCount",
            "IsVolumeAnomaly",
            "ClusterSourceIdentifier",
            "ClusterSourceType",
            "ClusterQueryStartTime",
            "ClusterQueryEndTime",
            "ClusterGroup",
        ],
    ),
    entity(
        "MailMessage",
        &[&["NetworkMessageId"], &["Recipient"]],
        &[
            "Urls",
            "Threats",
            "Sender",
            "P1Sender",
            "P1SenderDisplayName",
            "P1SenderDomain",
            "SenderIP",
            "P2Sender",
            "P2SenderDisplayName",
            "P2SenderDomain",
            "ReceivedDate",
            "InternetMessageId",
            "Subject",
            "BodyFingerprintBin1",
            "BodyFingerprintBin2",
            "BodyFingerprintBin3",
            "BodyFingerprintBin4",
            "BodyFingerprintBin5",
            "AntispamDirection",
            "DeliveryAction",
            "DeliveryLocation",
            "Language",
            "ThreatDetectionMethods",
        ],
    ),
    entity("Malware", &[&["Name"]], &["Category"]),
    entity("Process", &[&["CommandLine"], &["ProcessId"]], &["ElevationToken", "CreationTimeUtc"]),
    entity("RegistryKey", &[&["Key"], &["Hive"]], &[]),
    entity("RegistryValue", &[&["Name"]], &["Value", "ValueType"]),
    entity("SecurityGroup", &[&["DistinguishedName"], &["SID"], &["ObjectGuid"]], &[]),
    entity(
        "SubmissionMail",
        &[&["SubmissionId"], &["NetworkMessageId"], &["Recipient"], &["Submitter"]],
        &["Timestamp", "Sender", "SenderIp", "Subject", "ReportType", "SubmissionDate"],
    ),
    entity("URL", &[&["Url"]], &[]),
];
