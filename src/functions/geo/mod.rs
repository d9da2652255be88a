//! Geospatial functions.

mod densify;
mod geohash;
mod h3;
mod measure;
mod meet;
mod outline;
mod overlay;
mod s2;
mod s2_cell;
mod shape;
mod vector;
mod wkt;

use crate::functions::row::{Row, prepared, scalar};

/// The rows.
pub(super) const ROWS: &[Row] = &[
    scalar(&["geo_from_wkt"], "(wkt: string-or-array) -> dynamic", wkt::geo_from_wkt, "kusto/query/geo-from-wkt-function"),
    scalar(
        &["geo_angle"],
        "(p1_longitude: number, p1_latitude: number, p2_longitude: number, p2_latitude: number, p3_longitude: number, p3_latitude: number) -> real",
        measure::geo_angle,
        "kusto/query/geo-angle-function",
    ),
    scalar(
        &["geo_azimuth"],
        "(p1_longitude: number, p1_latitude: number, p2_longitude: number, p2_latitude: number) -> real",
        measure::geo_azimuth,
        "kusto/query/geo-azimuth-function",
    ),
    scalar(
        &["geo_closest_point_on_line"],
        "(longitude: number, latitude: number, lineString: bag) -> dynamic",
        measure::geo_closest_point_on_line,
        "kusto/query/geo-closest-point-on-line-function",
    ),
    scalar(
        &["geo_closest_point_on_polygon"],
        "(longitude: number, latitude: number, polygon: bag) -> dynamic",
        measure::geo_closest_point_on_polygon,
        "kusto/query/geo-closest-point-on-polygon-function",
    ),
    prepared(
        &["geo_distance_2points"],
        "(p1_longitude: number, p1_latitude: number, p2_longitude: number, p2_latitude: number, use_spheroid?: number-or-bool) -> real",
        measure::geo_distance_2points,
        "kusto/query/geo-distance-2points-function",
    ),
    scalar(
        &["geo_distance_point_to_line"],
        "(longitude: number, latitude: number, lineString: bag) -> real",
        measure::geo_distance_point_to_line,
        "kusto/query/geo-distance-point-to-line-function",
    ),
    scalar(
        &["geo_distance_point_to_polygon"],
        "(longitude: number, latitude: number, polygon: bag) -> real",
        measure::geo_distance_point_to_polygon,
        "kusto/query/geo-distance-point-to-polygon-function",
    ),
    scalar(
        &["geo_point_in_circle"],
        "(p_longitude: number, p_latitude: number, pc_longitude: number, pc_latitude: number, c_radius: number) -> bool",
        measure::geo_point_in_circle,
        "kusto/query/geo-point-in-circle-function",
    ),
    scalar(
        &["geo_point_in_polygon"],
        "(longitude: number, latitude: number, polygon: bag) -> bool",
        measure::geo_point_in_polygon,
        "kusto/query/geo-point-in-polygon-function",
    ),
    scalar(
        &["geo_intersects_2lines"],
        "(lineString1: bag, lineString2: bag) -> bool",
        meet::geo_intersects_2lines,
        "kusto/query/geo-intersects-2lines-function",
    ),
    scalar(
        &["geo_intersects_line_with_polygon"],
        "(lineString: bag, polygon: bag) -> bool",
        meet::geo_intersects_line_with_polygon,
        "kusto/query/geo-intersects-line-with-polygon-function",
    ),
    scalar(
        &["geo_intersects_2polygons"],
        "(polygon1: bag, polygon2: bag) -> bool",
        meet::geo_intersects_2polygons,
        "kusto/query/geo-intersects-2polygons-function",
    ),
    scalar(
        &["geo_intersection_2lines"],
        "(lineString1: bag, lineString2: bag) -> dynamic",
        meet::geo_intersection_2lines,
        "kusto/query/geo-intersection-2lines-function",
    ),
    scalar(
        &["geo_intersection_line_with_polygon"],
        "(lineString: bag, polygon: bag) -> dynamic",
        meet::geo_intersection_line_with_polygon,
        "kusto/query/geo-intersection-line-with-polygon-function",
    ),
    scalar(
        &["geo_intersection_2polygons"],
        "(polygon1: bag, polygon2: bag) -> dynamic",
        meet::geo_intersection_2polygons,
        "kusto/query/geo-intersection-2polygons-function",
    ),
    scalar(
        &["geo_union_polygons_array"],
        "(polygons: array) -> dynamic",
        meet::geo_union_polygons_array,
        "kusto/query/geo-union-polygons-array-function",
    ),
    prepared(
        &["geo_simplify_polygons_array"],
        "(polygons: array, tolerance?: number) -> dynamic",
        outline::geo_simplify_polygons_array,
        "kusto/query/geo-simplify-polygons-array-function",
    ),
    scalar(
        &["geo_union_lines_array"],
        "(lineStrings: array) -> dynamic",
        meet::geo_union_lines_array,
        "kusto/query/geo-union-lines-array-function",
    ),
    prepared(
        &["geo_polygon_to_h3cells"],
        "(polygon: bag, resolution?: number, radius?: number) -> dynamic",
        h3::geo_polygon_to_h3cells,
        "kusto/query/geo-polygon-to-h3cells-function",
    ),
    scalar(
        &["geo_polygon_to_s2cells"],
        "(polygon: bag, level?: number, radius?: number) -> dynamic",
        s2::geo_polygon_to_s2cells,
        "kusto/query/geo-polygon-to-s2cells-function",
    ),
    scalar(
        &["geo_polygon_densify"],
        "(polygon: bag, tolerance?: number, preserve_crossing?: number-or-bool) -> dynamic",
        densify::geo_polygon_densify,
        "kusto/query/geo-polygon-densify-function",
    ),
    scalar(&["geo_polygon_area"], "(polygon: bag) -> real", measure::geo_polygon_area, "kusto/query/geo-polygon-area-function"),
    prepared(
        &["geo_polygon_buffer"],
        "(polygon: bag, radius: number, tolerance?: number) -> dynamic",
        outline::geo_polygon_buffer,
        "kusto/query/geo-polygon-buffer-function",
    ),
    scalar(
        &["geo_polygon_centroid"],
        "(polygon: bag) -> dynamic",
        measure::geo_polygon_centroid,
        "kusto/query/geo-polygon-centroid-function",
    ),
    scalar(
        &["geo_polygon_perimeter"],
        "(polygon: bag) -> real",
        measure::geo_polygon_perimeter,
        "kusto/query/geo-polygon-perimeter-function",
    ),
    prepared(
        &["geo_polygon_simplify"],
        "(polygon: bag, tolerance?: number) -> dynamic",
        outline::geo_polygon_simplify,
        "kusto/query/geo-polygon-simplify-function",
    ),
    scalar(&["geo_line_length"], "(lineString: bag) -> real", measure::geo_line_length, "kusto/query/geo-line-length-function"),
    prepared(
        &["geo_line_buffer"],
        "(lineString: bag, radius: number, tolerance?: number) -> dynamic",
        outline::geo_line_buffer,
        "kusto/query/geo-line-buffer-function",
    ),
    scalar(&["geo_line_centroid"], "(lineString: bag) -> dynamic", measure::geo_line_centroid, "kusto/query/geo-line-centroid-function"),
    scalar(
        &["geo_line_densify"],
        "(lineString: bag, tolerance?: number, preserve_crossing?: number-or-bool) -> dynamic",
        densify::geo_line_densify,
        "kusto/query/geo-line-densify-function",
    ),
    prepared(
        &["geo_line_simplify"],
        "(lineString: bag, tolerance?: number) -> dynamic",
        outline::geo_line_simplify,
        "kusto/query/geo-line-simplify-function",
    ),
    prepared(
        &["geo_line_locate_point"],
        "(lineString: bag, longitude: number, latitude: number, use_spheroid?: number-or-bool) -> real",
        measure::geo_line_locate_point,
        "kusto/query/geo-line-locate-point-function",
    ),
    scalar(
        &["geo_line_interpolate_point"],
        "(lineString: bag, fraction: number) -> dynamic",
        measure::geo_line_interpolate_point,
        "kusto/query/geo-line-interpolate-point-function",
    ),
    scalar(
        &["geo_line_to_s2cells"],
        "(lineString: bag, level?: number, radius?: number) -> dynamic",
        s2::geo_line_to_s2cells,
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
    scalar(
        &["geo_point_buffer"],
        "(longitude: number, latitude: number, radius: number, tolerance?: number) -> dynamic",
        densify::geo_point_buffer,
        "kusto/query/geo-point-buffer-function",
    ),
    scalar(
        &["geo_point_to_s2cell"],
        "(longitude: number, latitude: number, level?: number) -> string",
        s2::geo_point_to_s2cell,
        "kusto/query/geo-point-to-s2cell-function",
    ),
    scalar(
        &["geo_s2cell_to_central_point"],
        "(s2cell: string) -> dynamic",
        s2::geo_s2cell_to_central_point,
        "kusto/query/geo-s2cell-to-central-point-function",
    ),
    scalar(
        &["geo_s2cell_to_polygon"],
        "(s2cell: string) -> dynamic",
        s2::geo_s2cell_to_polygon,
        "kusto/query/geo-s2cell-to-polygon-function",
    ),
    scalar(&["geo_s2cell_neighbors"], "(s2cell: string) -> dynamic", s2::geo_s2cell_neighbors, "kusto/query/geo-s2cell-neighbors-function"),
    scalar(
        &["geo_point_to_h3cell"],
        "(longitude: number, latitude: number, resolution?: number) -> string",
        h3::geo_point_to_h3cell,
        "kusto/query/geo-point-to-h3cell-function",
    ),
    scalar(
        &["geo_h3cell_to_central_point"],
        "(h3cell: string) -> dynamic",
        h3::geo_h3cell_to_central_point,
        "kusto/query/geo-h3cell-to-central-point-function",
    ),
    scalar(
        &["geo_h3cell_to_polygon"],
        "(h3cell: string) -> dynamic",
        h3::geo_h3cell_to_polygon,
        "kusto/query/geo-h3cell-to-polygon-function",
    ),
    scalar(&["geo_h3cell_neighbors"], "(h3cell: string) -> dynamic", h3::geo_h3cell_neighbors, "kusto/query/geo-h3cell-neighbors-function"),
    scalar(
        &["geo_h3cell_children"],
        "(h3cell: string, resolution?: number) -> dynamic",
        h3::geo_h3cell_children,
        "kusto/query/geo-h3cell-children-function",
    ),
    scalar(
        &["geo_h3cell_parent"],
        "(h3cell: string, resolution?: number) -> string",
        h3::geo_h3cell_parent,
        "kusto/query/geo-h3cell-parent-function",
    ),
    scalar(
        &["geo_h3cell_rings"],
        "(h3cell: string, distance: number) -> dynamic",
        h3::geo_h3cell_rings,
        "kusto/query/geo-h3cell-rings-function",
    ),
    scalar(&["geo_h3cell_level"], "(h3cell: string) -> int", h3::geo_h3cell_level, "kusto/query/geo-h3cell-level-function"),
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

    /// Reads GeoJSON: `shape("Polygon", "[[[0,0],…]]")`.
    fn shape(kind: &str, coordinates: &str) -> Value {
        json::parse(&format!(r#"{{"type":"{kind}","coordinates":{coordinates}}}"#)).unwrap()
    }

    fn check_near(name: &str, values: &[Value], expected: f64) {
        let found = call(name, values);
        assert!(matches!(found, Value::Real(n) if (n - expected).abs() <= expected.abs() * 1e-6), "{name}({values:?}) = {found:?}");
    }

    /// Prints coordinates with four decimals, which hides what rounding does to them.
    fn check_shape(name: &str, values: &[Value], expected: &str) {
        fn rounded(value: &Value) -> Value {
            match value {
                Value::Real(n) => Value::Real((n * 1e4).round() / 1e4 + 0.0),
                Value::Array(items) => Value::array(items.iter().map(rounded).collect()),
                Value::Object(members) => Value::object(members.iter().map(|(name, value)| (name.clone(), rounded(value))).collect()),
                other => other.clone(),
            }
        }
        assert_eq!(json::print(&rounded(&call(name, values))), expected, "{name}");
    }

    const SQUARE: &str = "[[[0,0],[2,0],[2,2],[0,2],[0,0]]]";

    #[test]
    fn directions_turn_clockwise_from_north() {
        check_near("geo_azimuth", &[0.0.into(), 0.0.into(), 1.0.into(), 0.0.into()], std::f64::consts::FRAC_PI_2);
        check("geo_azimuth", &[1.0.into(), 1.0.into(), 1.0.into(), 1.0.into()], Value::Null);
        let corner = [0.0, 1.0, 0.0, 0.0, 1.0, 0.0].map(Value::Real);
        check_near("geo_angle", &corner, std::f64::consts::FRAC_PI_2);
    }

    #[test]
    fn polygons_that_break_the_rules_are_null() {
        for ring in
            ["[[[0,0],[1,1],[1,1],[0,0]]]", "[[[0,0],[1,0],[1,1]]]", "[[[0,0],[1,1],[1,0],[0,1],[0,0]]]", "[[[0,200],[1,0],[1,1],[0,200]]]"]
        {
            check("geo_polygon_area", &[shape("Polygon", ring)], Value::Null);
        }
        check("geo_polygon_area", &[shape("LineString", "[[0,0],[1,1]]")], Value::Null);
    }

    #[test]
    fn a_ring_is_read_either_way_round() {
        // An eighth of the sphere; the smaller side of the ring counts.
        let radius: f64 = 6_371_010.0;
        for ring in ["[[[0,0],[90,0],[0,90],[0,0]]]", "[[[0,0],[0,90],[90,0],[0,0]]]"] {
            check_near("geo_polygon_area", &[shape("Polygon", ring)], std::f64::consts::FRAC_PI_2 * radius * radius);
            check_near("geo_polygon_perimeter", &[shape("Polygon", ring)], 1.5 * std::f64::consts::PI * radius);
            check_shape("geo_polygon_centroid", &[shape("Polygon", ring)], r#"{"type":"Point","coordinates":[45.0,35.2644]}"#);
        }
    }

    #[test]
    fn holes_are_outside() {
        let ring = shape("Polygon", "[[[0,0],[9,0],[9,9],[0,9],[0,0]],[[3,3],[6,3],[6,6],[3,6],[3,3]]]");
        check("geo_point_in_polygon", &[1.0.into(), 1.0.into(), ring.clone()], true);
        check("geo_point_in_polygon", &[4.0.into(), 4.0.into(), ring.clone()], false);
        check("geo_distance_point_to_polygon", &[1.0.into(), 1.0.into(), ring.clone()], 0.0);
        check_near("geo_distance_point_to_polygon", &[4.0.into(), 4.5.into(), ring], 110_852.3);
    }

    #[test]
    fn lines_are_measured_and_divided() {
        let line = shape("LineString", "[[0,0],[2,0]]");
        check_near("geo_distance_point_to_line", &[1.0.into(), 1.0.into(), line.clone()], 111_195.1);
        check_near("geo_line_locate_point", &[line.clone(), 0.5.into(), 1.0.into()], 0.25);
        check_shape("geo_line_interpolate_point", &[line.clone(), 0.25.into()], r#"{"type":"Point","coordinates":[0.5,0.0]}"#);
        check_shape("geo_closest_point_on_line", &[3.0.into(), 1.0.into(), line.clone()], r#"{"type":"Point","coordinates":[2.0,0.0]}"#);
        check("geo_line_interpolate_point", &[line, 1.5.into()], Value::Null);
    }

    #[test]
    fn lines_have_points_or_pieces_in_common() {
        let (line, across) = (shape("LineString", "[[0,0],[2,0]]"), shape("LineString", "[[1,-1],[1,1]]"));
        let (part, apart) = (shape("LineString", "[[1,0],[3,0]]"), shape("LineString", "[[5,5],[6,6]]"));
        check("geo_intersects_2lines", &[line.clone(), apart.clone()], false);
        check_shape("geo_intersection_2lines", &[line.clone(), across], r#"{"type":"Point","coordinates":[1.0,0.0]}"#);
        check_shape("geo_intersection_2lines", &[line.clone(), part], r#"{"type":"LineString","coordinates":[[1.0,0.0],[2.0,0.0]]}"#);
        check_shape("geo_intersection_2lines", &[line, apart], r#"{"type":"GeometryCollection","geometries":[]}"#);
    }

    #[test]
    fn polygons_are_united_and_cut() {
        let (a, b) = (shape("Polygon", SQUARE), shape("Polygon", "[[[2,0],[4,0],[4,2],[2,2],[2,0]]]"));
        let away = shape("Polygon", "[[[8,8],[9,8],[9,9],[8,8]]]");
        let both = Value::array(vec![a.clone(), b.clone()]);
        let united = r#"{"type":"Polygon","coordinates":[[[2.0,2.0],[0.0,2.0],[0.0,0.0],[2.0,0.0],[4.0,0.0],[4.0,2.0],[2.0,2.0]]]}"#;
        check_shape("geo_union_polygons_array", &[both], united);
        let same = r#"{"type":"Polygon","coordinates":[[[0.0,0.0],[2.0,0.0],[2.0,2.0],[0.0,2.0],[0.0,0.0]]]}"#;
        check_shape("geo_intersection_2polygons", &[a.clone(), a.clone()], same);
        check_shape("geo_intersection_2polygons", &[a.clone(), b.clone()], r#"{"type":"LineString","coordinates":[[2.0,0.0],[2.0,2.0]]}"#);
        check("geo_intersects_2polygons", &[a.clone(), b], true);
        check("geo_intersects_2polygons", &[a, away], false);
    }

    #[test]
    fn s2_cells_are_named_by_tokens() {
        check("geo_point_to_s2cell", &[(-80.195_829).into(), 25.802_215.into(), 8_i64.into()], "88d9b");
        check("geo_point_to_s2cell", &[0.0.into(), 0.0.into(), 31_i64.into()], "");
        check_shape("geo_s2cell_to_central_point", &["1".into()], r#"{"type":"Point","coordinates":[0.0,0.0]}"#);
        check("geo_s2cell_to_central_point", &["zz".into()], Value::Null);
        // Three faces of the cube meet in its corners.
        let corner = call("geo_point_to_s2cell", &[44.999.into(), 35.26.into(), 5_i64.into()]);
        let Value::Array(around) = call("geo_s2cell_neighbors", &[corner]) else { panic!("no neighbors") };
        assert_eq!(around.len(), 7);
        let Value::Array(faces) = call("geo_polygon_to_s2cells", &[shape("Polygon", SQUARE), 0_i64.into()]) else { panic!("no cells") };
        assert_eq!(faces.as_slice(), &["1".into()]);
    }

    #[test]
    fn h3_cells_have_parents_and_children() {
        let cell: Value = call("geo_point_to_h3cell", &[1.0.into(), 1.0.into(), 5_i64.into()]);
        check("geo_h3cell_level", std::slice::from_ref(&cell), Value::Int(5));
        let Value::Array(children) = call("geo_h3cell_children", std::slice::from_ref(&cell)) else { panic!("no children") };
        assert_eq!(children.len(), 7);
        check("geo_h3cell_parent", &children[..1], cell.clone());
        check("geo_h3cell_parent", &[cell.clone(), 5_i64.into()], "");
        check("geo_h3cell_children", &[cell, 11_i64.into()], Value::Null);
        check("geo_h3cell_level", &["abc".into()], Value::Null);
    }

    #[test]
    fn planar_edges_are_followed_within_the_tolerance() {
        let line = shape("LineString", "[[0,60],[4,60]]");
        check_shape(
            "geo_line_densify",
            &[line.clone(), 1000_i64.into()],
            r#"{"type":"LineString","coordinates":[[0.0,60.0],[2.0,60.0],[4.0,60.0]]}"#,
        );
        check("geo_line_densify", &[line, 0_i64.into()], Value::Null);
    }

    #[test]
    fn circles_become_regular_polygons() {
        let Value::Object(circle) = call("geo_point_buffer", &[0.0.into(), 0.0.into(), 3000.0.into()]) else { panic!("no polygon") };
        let Some((_, Value::Array(rings))) = circle.last() else { panic!("no rings") };
        assert!(matches!(&rings[0], Value::Array(ring) if ring.len() == 40), "39 corners, the first one twice");
        check("geo_point_buffer", &[0.0.into(), 0.0.into(), (-1.0).into()], Value::Null);
    }

    #[test]
    fn well_known_text_becomes_geojson() {
        let point = call("geo_from_wkt", &["POINT (1 2.5)".into()]);
        assert_eq!(json::print(&point), r#"{"type":"Point","coordinates":[1.0,2.5]}"#);
        check("geo_from_wkt", &["POINT (1".into()], Value::Null);
    }
}
