//! Geospatial functions.

mod geohash;
mod sphere;
mod wkt;

use crate::functions::row::{Row, prepared, refused, scalar};

/// The rows.
pub(super) const ROWS: &[Row] = &[
    scalar(&["geo_from_wkt"], "(wkt: string-or-array) -> dynamic", wkt::geo_from_wkt, "kusto/query/geo-from-wkt-function"),
    refused(
        &["geo_angle"],
        "(p1_longitude: number, p1_latitude: number, p2_longitude: number, p2_latitude: number, p3_longitude: number, p3_latitude: number) -> real",
        "not implemented",
        "kusto/query/geo-angle-function",
    ),
    refused(
        &["geo_azimuth"],
        "(p1_longitude: number, p1_latitude: number, p2_longitude: number, p2_latitude: number) -> real",
        "not implemented",
        "kusto/query/geo-azimuth-function",
    ),
    refused(
        &["geo_closest_point_on_line"],
        "(longitude: number, latitude: number, lineString: bag) -> dynamic",
        "not implemented",
        "kusto/query/geo-closest-point-on-line-function",
    ),
    refused(
        &["geo_closest_point_on_polygon"],
        "(longitude: number, latitude: number, polygon: bag) -> dynamic",
        "not implemented",
        "kusto/query/geo-closest-point-on-polygon-function",
    ),
    prepared(
        &["geo_distance_2points"],
        "(p1_longitude: number, p1_latitude: number, p2_longitude: number, p2_latitude: number, use_spheroid?: number-or-bool) -> real",
        sphere::geo_distance_2points,
        "kusto/query/geo-distance-2points-function",
    ),
    refused(
        &["geo_distance_point_to_line"],
        "(longitude: number, latitude: number, lineString: bag) -> real",
        "not implemented",
        "kusto/query/geo-distance-point-to-line-function",
    ),
    refused(
        &["geo_distance_point_to_polygon"],
        "(longitude: number, latitude: number, polygon: bag) -> real",
        "not implemented",
        "kusto/query/geo-distance-point-to-polygon-function",
    ),
    scalar(
        &["geo_point_in_circle"],
        "(p_longitude: number, p_latitude: number, pc_longitude: number, pc_latitude: number, c_radius: number) -> bool",
        sphere::geo_point_in_circle,
        "kusto/query/geo-point-in-circle-function",
    ),
    scalar(
        &["geo_point_in_polygon"],
        "(longitude: number, latitude: number, polygon: bag) -> bool",
        sphere::geo_point_in_polygon,
        "kusto/query/geo-point-in-polygon-function",
    ),
    refused(
        &["geo_intersects_2lines"],
        "(lineString1: bag, lineString2: bag) -> bool",
        "not implemented",
        "kusto/query/geo-intersects-2lines-function",
    ),
    refused(
        &["geo_intersects_line_with_polygon"],
        "(lineString: bag, polygon: bag) -> bool",
        "not implemented",
        "kusto/query/geo-intersects-line-with-polygon-function",
    ),
    refused(
        &["geo_intersects_2polygons"],
        "(polygon1: bag, polygon2: bag) -> bool",
        "not implemented",
        "kusto/query/geo-intersects-2polygons-function",
    ),
    refused(
        &["geo_intersection_2lines"],
        "(lineString1: bag, lineString2: bag) -> dynamic",
        "not implemented",
        "kusto/query/geo-intersection-2lines-function",
    ),
    refused(
        &["geo_intersection_line_with_polygon"],
        "(lineString: bag, polygon: bag) -> dynamic",
        "not implemented",
        "kusto/query/geo-intersection-line-with-polygon-function",
    ),
    refused(
        &["geo_intersection_2polygons"],
        "(polygon1: bag, polygon2: bag) -> dynamic",
        "not implemented",
        "kusto/query/geo-intersection-2polygons-function",
    ),
    refused(
        &["geo_union_polygons_array"],
        "(polygons: array) -> dynamic",
        "not implemented",
        "kusto/query/geo-union-polygons-array-function",
    ),
    refused(
        &["geo_simplify_polygons_array"],
        "(polygons: array, tolerance?: number) -> dynamic",
        "not implemented",
        "kusto/query/geo-simplify-polygons-array-function",
    ),
    refused(&["geo_union_lines_array"], "(lineStrings: array) -> dynamic", "not implemented", "kusto/query/geo-union-lines-array-function"),
    refused(
        &["geo_polygon_to_h3cells"],
        "(polygon: bag, resolution?: number, radius?: number) -> dynamic",
        "not implemented",
        "kusto/query/geo-polygon-to-h3cells-function",
    ),
    refused(
        &["geo_polygon_to_s2cells"],
        "(polygon: bag, level?: number, radius?: number) -> dynamic",
        "not implemented",
        "kusto/query/geo-polygon-to-s2cells-function",
    ),
    refused(
        &["geo_polygon_densify"],
        "(polygon: bag, tolerance?: number, preserve_crossing?: number-or-bool) -> dynamic",
        "not implemented",
        "kusto/query/geo-polygon-densify-function",
    ),
    refused(&["geo_polygon_area"], "(polygon: bag) -> real", "not implemented", "kusto/query/geo-polygon-area-function"),
    refused(
        &["geo_polygon_buffer"],
        "(polygon: bag, radius: number, tolerance?: number) -> dynamic",
        "not implemented",
        "kusto/query/geo-polygon-buffer-function",
    ),
    refused(&["geo_polygon_centroid"], "(polygon: bag) -> dynamic", "not implemented", "kusto/query/geo-polygon-centroid-function"),
    refused(&["geo_polygon_perimeter"], "(polygon: bag) -> real", "not implemented", "kusto/query/geo-polygon-perimeter-function"),
    refused(
        &["geo_polygon_simplify"],
        "(polygon: bag, tolerance?: number) -> dynamic",
        "not implemented",
        "kusto/query/geo-polygon-simplify-function",
    ),
    scalar(&["geo_line_length"], "(lineString: bag) -> real", sphere::geo_line_length, "kusto/query/geo-line-length-function"),
    refused(
        &["geo_line_buffer"],
        "(lineString: bag, radius: number, tolerance?: number) -> dynamic",
        "not implemented",
        "kusto/query/geo-line-buffer-function",
    ),
    refused(&["geo_line_centroid"], "(lineString: bag) -> dynamic", "not implemented", "kusto/query/geo-line-centroid-function"),
    refused(
        &["geo_line_densify"],
        "(lineString: bag, tolerance?: number, preserve_crossing?: number-or-bool) -> dynamic",
        "not implemented",
        "kusto/query/geo-line-densify-function",
    ),
    refused(
        &["geo_line_simplify"],
        "(lineString: bag, tolerance?: number) -> dynamic",
        "not implemented",
        "kusto/query/geo-line-simplify-function",
    ),
    refused(
        &["geo_line_locate_point"],
        "(lineString: bag, longitude: number, latitude: number, use_spheroid?: number-or-bool) -> real",
        "not implemented",
        "kusto/query/geo-line-locate-point-function",
    ),
    refused(
        &["geo_line_interpolate_point"],
        "(lineString: bag, fraction: number) -> dynamic",
        "not implemented",
        "kusto/query/geo-line-interpolate-point-function",
    ),
    refused(
        &["geo_line_to_s2cells"],
        "(lineString: bag, level?: number, radius?: number) -> dynamic",
        "not implemented",
        "kusto/query/geo-line-to-s2cells-function",
    ),
    scalar(
        &["geo_point_to_geohash"],
        "(longitude: number, latitude: number, accuracy?: number) -> string",
        geohash::geo_point_to_geohash,
        "kusto/query/geo-point-to-geohash-function",
    ),
    scalar(
        &["geo_geohash_to_central_point"],
        "(geohash: string) -> dynamic",
        geohash::geo_geohash_to_central_point,
        "kusto/query/geo-geohash-to-central-point-function",
    ),
    scalar(
        &["geo_geohash_to_polygon"],
        "(geohash: string) -> dynamic",
        geohash::geo_geohash_to_polygon,
        "kusto/query/geo-geohash-to-polygon-function",
    ),
    scalar(
        &["geo_geohash_neighbors"],
        "(geohash: string) -> dynamic",
        geohash::geo_geohash_neighbors,
        "kusto/query/geo-geohash-neighbors-function",
    ),
    refused(
        &["geo_point_buffer"],
        "(longitude: number, latitude: number, radius: number, tolerance?: number) -> dynamic",
        "not implemented",
        "kusto/query/geo-point-buffer-function",
    ),
    refused(
        &["geo_point_to_s2cell"],
        "(longitude: number, latitude: number, level?: number) -> string",
        "not implemented",
        "kusto/query/geo-point-to-s2cell-function",
    ),
    refused(
        &["geo_s2cell_to_central_point"],
        "(s2cell: string) -> dynamic",
        "not implemented",
        "kusto/query/geo-s2cell-to-central-point-function",
    ),
    refused(&["geo_s2cell_to_polygon"], "(s2cell: string) -> dynamic", "not implemented", "kusto/query/geo-s2cell-to-polygon-function"),
    refused(&["geo_s2cell_neighbors"], "(s2cell: string) -> dynamic", "not implemented", "kusto/query/geo-s2cell-neighbors-function"),
    refused(
        &["geo_point_to_h3cell"],
        "(longitude: number, latitude: number, resolution?: number) -> string",
        "not implemented",
        "kusto/query/geo-point-to-h3cell-function",
    ),
    refused(
        &["geo_h3cell_to_central_point"],
        "(h3cell: string) -> dynamic",
        "not implemented",
        "kusto/query/geo-h3cell-to-central-point-function",
    ),
    refused(&["geo_h3cell_to_polygon"], "(h3cell: string) -> dynamic", "not implemented", "kusto/query/geo-h3cell-to-polygon-function"),
    refused(&["geo_h3cell_neighbors"], "(h3cell: string) -> dynamic", "not implemented", "kusto/query/geo-h3cell-neighbors-function"),
    refused(
        &["geo_h3cell_children"],
        "(h3cell: string, resolution?: number) -> dynamic",
        "not implemented",
        "kusto/query/geo-h3cell-children-function",
    ),
    refused(
        &["geo_h3cell_parent"],
        "(h3cell: string, resolution?: number) -> string",
        "not implemented",
        "kusto/query/geo-h3cell-parent-function",
    ),
    refused(
        &["geo_h3cell_rings"],
        "(h3cell: string, distance: number) -> dynamic",
        "not implemented",
        "kusto/query/geo-h3cell-rings-function",
    ),
    refused(&["geo_h3cell_level"], "(h3cell: string) -> int", "not implemented", "kusto/query/geo-h3cell-level-function"),
];

#[cfg(test)]
mod tests {
    use crate::functions::testing::{call, check};
    use crate::ir::{Value, json};

    #[test]
    fn distances_are_great_circles() {
        let degree = call("geo_distance_2points", &[0.0.into(), 0.0.into(), 1.0.into(), 0.0.into()]);
        assert!(matches!(degree, Value::Real(metres) if (metres - 111_195.1).abs() < 0.1), "{degree:?}");
        check("geo_distance_2points", &[300.0.into(), 0.0.into(), 0.0.into(), 0.0.into()], Value::Null);
        check("geo_point_in_circle", &[0.0.into(), 0.0.into(), 0.0.into(), 1.0.into(), 120_000.0.into()], true);
    }

    #[test]
    fn geohashes_go_both_ways() {
        check("geo_point_to_geohash", &[(-5.6).into(), 42.6.into(), 5_i64.into()], "ezs42");
        let centre = call("geo_geohash_to_central_point", &["u33db".into()]);
        assert_eq!(centre.member("type"), Some(&"Point".into()));
        check("geo_geohash_to_central_point", &["a".into()], Value::Null);
    }

    #[test]
    fn points_lie_in_polygons() {
        let square = json::parse(r#"{"type":"Polygon","coordinates":[[[0,0],[2,0],[2,2],[0,2],[0,0]]]}"#).unwrap();
        check("geo_point_in_polygon", &[1.0.into(), 1.0.into(), square.clone()], true);
        check("geo_point_in_polygon", &[3.0.into(), 1.0.into(), square], false);
    }

    #[test]
    fn well_known_text_becomes_geojson() {
        let point = call("geo_from_wkt", &["POINT (1 2.5)".into()]);
        assert_eq!(json::print(&point), r#"{"type":"Point","coordinates":[1.0,2.5]}"#);
        check("geo_from_wkt", &["POINT (1".into()], Value::Null);
    }
}
