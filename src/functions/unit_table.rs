//! Units of measurement with their size in the base unit of their kind.
//!
//! Only units whose size is defined exactly, or known to be what the engine uses, are listed; others are refused.

use std::f64::consts::PI;

/// A unit's name and size.
pub(super) type Units = &'static [(&'static str, f64)];

/// In degrees.
pub(super) const ANGLE: Units = &[
    ("Degree", 1.0),
    ("Millidegree", 1e-3),
    ("Microdegree", 1e-6),
    ("Nanodegree", 1e-9),
    ("Arcminute", 1.0 / 60.0),
    ("Arcsecond", 1.0 / 3600.0),
    ("Gradian", 0.9),
    ("Revolution", 360.0),
    ("NatoMil", 9.0 / 160.0),
    ("Radian", 180.0 / PI),
    ("Deciradian", 18.0 / PI),
    ("Centiradian", 1.8 / PI),
    ("Milliradian", 0.18 / PI),
    ("Microradian", 0.000_18 / PI),
    ("Nanoradian", 0.000_000_18 / PI),
];

/// In joules.
pub(super) const ENERGY: Units = &[
    ("Joule", 1.0),
    ("Millijoule", 1e-3),
    ("Kilojoule", 1e3),
    ("Megajoule", 1e6),
    ("Gigajoule", 1e9),
    ("WattHour", 3600.0),
    ("KilowattHour", 3.6e6),
    ("MegawattHour", 3.6e9),
    ("GigawattHour", 3.6e12),
    ("TerawattHour", 3.6e15),
    ("WattDay", 86_400.0),
    ("KilowattDay", 8.64e7),
    ("MegawattDay", 8.64e10),
    ("GigawattDay", 8.64e13),
    ("TerawattDay", 8.64e16),
    ("Calorie", 4.184),
    ("Kilocalorie", 4184.0),
    ("Megacalorie", 4.184e6),
    ("Erg", 1e-7),
    ("BritishThermalUnit", 1_055.055_852_62),
    ("KilobritishThermalUnit", 1_055_055.852_62),
    ("MegabritishThermalUnit", 1_055_055_852.62),
    ("GigabritishThermalUnit", 1_055_055_852_620.0),
];

/// In newtons.
pub(super) const FORCE: Units = &[
    ("Newton", 1.0),
    ("Micronewton", 1e-6),
    ("Millinewton", 1e-3),
    ("Decanewton", 10.0),
    ("Kilonewton", 1e3),
    ("Meganewton", 1e6),
    ("Dyn", 1e-5),
    ("KilogramForce", 9.806_65),
    ("KiloPond", 9.806_65),
    ("TonneForce", 9806.65),
    ("PoundForce", 4.448_221_615_260_5),
    ("KilopoundForce", 4_448.221_615_260_5),
];

/// In metres.
pub(super) const LENGTH: Units = &[
    ("Meter", 1.0),
    ("Angstrom", 1e-10),
    ("Nanometer", 1e-9),
    ("Micrometer", 1e-6),
    ("Millimeter", 1e-3),
    ("Centimeter", 1e-2),
    ("Decimeter", 1e-1),
    ("Decameter", 10.0),
    ("Hectometer", 100.0),
    ("Kilometer", 1000.0),
    ("Inch", 0.0254),
    ("Microinch", 2.54e-8),
    ("Mil", 2.54e-5),
    ("Hand", 0.1016),
    ("Foot", 0.3048),
    ("Yard", 0.9144),
    ("Fathom", 1.8288),
    ("Chain", 20.1168),
    ("Mile", 1609.344),
    ("NauticalMile", 1852.0),
];

/// In kilograms.
pub(super) const MASS: Units = &[
    ("Kilogram", 1.0),
    ("Nanogram", 1e-12),
    ("Microgram", 1e-9),
    ("Milligram", 1e-6),
    ("Centigram", 1e-5),
    ("Decigram", 1e-4),
    ("Gram", 1e-3),
    ("Decagram", 1e-2),
    ("Hectogram", 1e-1),
    ("Tonne", 1e3),
    ("Kilotonne", 1e6),
    ("Megatonne", 1e9),
    ("Pound", 0.453_592_37),
    ("Kilopound", 453.592_37),
    ("Megapound", 453_592.37),
    ("Ounce", 0.028_349_523_125),
    ("Stone", 6.350_293_18),
    ("ShortTon", 907.184_74),
    ("LongTon", 1_016.046_908_8),
];

/// In metres a second.
pub(super) const SPEED: Units = &[
    ("MeterPerSecond", 1.0),
    ("MeterPerMinute", 1.0 / 60.0),
    ("MeterPerHour", 1.0 / 3600.0),
    ("CentimeterPerSecond", 1e-2),
    ("CentimeterPerMinute", 1e-2 / 60.0),
    ("CentimeterPerHour", 1e-2 / 3600.0),
    ("MillimeterPerSecond", 1e-3),
    ("MillimeterPerMinute", 1e-3 / 60.0),
    ("MillimeterPerHour", 1e-3 / 3600.0),
    ("KilometerPerSecond", 1e3),
    ("KilometerPerMinute", 1e3 / 60.0),
    ("KilometerPerHour", 1e3 / 3600.0),
    ("FootPerSecond", 0.3048),
    ("FootPerMinute", 0.3048 / 60.0),
    ("FootPerHour", 0.3048 / 3600.0),
    ("InchPerSecond", 0.0254),
    ("InchPerMinute", 0.0254 / 60.0),
    ("InchPerHour", 0.0254 / 3600.0),
    ("YardPerSecond", 0.9144),
    ("YardPerMinute", 0.9144 / 60.0),
    ("YardPerHour", 0.9144 / 3600.0),
    ("MilePerHour", 0.447_04),
    ("Knot", 1852.0 / 3600.0),
];

/// In cubic metres.
pub(super) const VOLUME: Units = &[
    ("CubicMeter", 1.0),
    ("CubicKilometer", 1e9),
    ("CubicHectometer", 1e6),
    ("CubicDecimeter", 1e-3),
    ("CubicCentimeter", 1e-6),
    ("CubicMillimeter", 1e-9),
    ("CubicMicrometer", 1e-18),
    ("Liter", 1e-3),
    ("Microliter", 1e-9),
    ("Milliliter", 1e-6),
    ("Centiliter", 1e-5),
    ("Deciliter", 1e-4),
    ("Decaliter", 1e-2),
    ("Hectoliter", 1e-1),
    ("Kiloliter", 1.0),
    ("Megaliter", 1e3),
    ("CubicInch", 1.638_706_4e-5),
    ("CubicFoot", 0.028_316_846_592),
    ("CubicYard", 0.764_554_857_984),
    ("UsGallon", 0.003_785_411_784),
    ("ImperialGallon", 0.004_546_09),
    ("AcreFoot", 1.0 / 0.000_810_714),
];

/// A temperature scale: kelvins in one of its degrees, and its degrees at 0 K.
pub(super) const TEMPERATURE: &[(&str, f64, f64)] = &[
    ("Kelvin", 1.0, 0.0),
    ("DegreeCelsius", 1.0, -273.15),
    ("MillidegreeCelsius", 1e-3, -273_150.0),
    ("DegreeFahrenheit", 5.0 / 9.0, -459.67),
    ("DegreeRankine", 5.0 / 9.0, 0.0),
    ("DegreeReaumur", 1.25, -218.52),
    ("DegreeNewton", 100.0 / 33.0, -90.1395),
];
