//! Time zones through Intl: when a local time of any IANA zone is, and how a moment reads here. Nothing of the zones'
//! rules is in the app; the browser has them.

use std::cell::RefCell;
use std::collections::HashMap;

use js_sys::{Array, Date, Function, Intl, Object, Reflect};
use wasm_bindgen::JsValue;

const MINUTE: f64 = 60_000.0;
const DAY: f64 = 86_400_000.0;

thread_local! {
    /// What formats a moment with its offset, by zone; `None` for a zone that the browser does not know.
    static OFFSETS: RefCell<HashMap<String, Option<Function>>> = RefCell::new(HashMap::new());
    static HERE: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// The reader's zone: `Europe/London`.
pub fn here() -> String {
    HERE.with_borrow_mut(|here| {
        here.get_or_insert_with(|| {
            let options = Intl::DateTimeFormat::new(&Array::new(), &Object::new()).resolved_options();
            let zone = Reflect::get(&options, &"timeZone".into()).ok().and_then(|zone| zone.as_string());
            zone.unwrap_or_else(|| "UTC".to_owned())
        })
        .clone()
    })
}

/// The names of all zones that the browser knows.
pub fn all() -> Vec<String> {
    let supported = || {
        let intl = Reflect::get(&js_sys::global(), &"Intl".into()).ok()?;
        let method = Function::from(Reflect::get(&intl, &"supportedValuesOf".into()).ok()?);
        let all = method.call1(&intl, &"timeZone".into()).ok()?;
        Some(Array::from(&all).iter().filter_map(|zone| zone.as_string()).collect())
    };
    supported().unwrap_or_default()
}

/// When a local time (`2026-11-25T10:00:00`) in a zone is, in milliseconds; without a zone, or in one that the browser
/// does not know, as here. Of a time that comes twice it is the first; one that the clocks leave out is read as if they
/// had not yet gone forward (RFC 5545 §3.3.5). Not a number if it is no time.
pub fn instant(local: &str, zone: Option<&str>) -> f64 {
    let Some(wall) = wall(local) else { return f64::NAN };
    let offset = |millis| ahead(millis, zone);
    let (before, after) = (offset(wall - DAY), offset(wall + DAY));
    if before == after || offset(wall - before) == before || offset(wall - after) != after {
        wall - before
    } else {
        wall - after
    }
}

/// How a moment reads in a zone, or here: `2026-11-25T10:00:00`.
pub fn local(millis: f64, zone: Option<&str>) -> String {
    let text = String::from(Date::new(&(millis + ahead(millis, zone)).into()).to_iso_string());
    text.get(..19).unwrap_or_default().to_owned()
}

/// How far a zone's clocks, or those here, are ahead of UTC at a moment.
fn ahead(millis: f64, zone: Option<&str>) -> f64 {
    match zone {
        Some("Etc/UTC" | "UTC") => 0.0,
        Some(zone) => offset(zone, millis).unwrap_or_else(|| offset_here(millis)),
        None => offset_here(millis),
    }
}

/// The wall's time as if it were UTC's.
fn wall(local: &str) -> Option<f64> {
    let time = chrono::NaiveDateTime::parse_from_str(local, "%Y-%m-%dT%H:%M:%S").ok()?;
    Some(time.and_utc().timestamp_millis() as f64)
}

fn offset_here(millis: f64) -> f64 {
    -Date::new(&millis.into()).get_timezone_offset() * MINUTE
}

/// How far a zone is ahead of UTC at a moment.
fn offset(zone: &str, millis: f64) -> Option<f64> {
    OFFSETS.with_borrow_mut(|formats| {
        let format = formats.entry(zone.to_owned()).or_insert_with(|| format(zone)).as_ref()?;
        let text = format.call1(&JsValue::UNDEFINED, &Date::new(&millis.into())).ok()?.as_string()?;
        parse_offset(&text)
    })
}

fn format(zone: &str) -> Option<Function> {
    let options = Object::new();
    for (name, value) in [("timeZone", zone), ("timeZoneName", "longOffset"), ("hour", "numeric")] {
        Reflect::set(&options, &name.into(), &value.into()).ok()?;
    }
    // The constructor throws for a zone that it does not know.
    let constructor =
        Reflect::get(&Reflect::get(&js_sys::global(), &"Intl".into()).ok()?, &"DateTimeFormat".into()).ok()?;
    let arguments = Array::of2(&"en-US".into(), &options);
    let format = Reflect::construct(&constructor.into(), &arguments).ok()?;
    Some(Intl::DateTimeFormat::from(format).format())
}

/// Of "10 AM GMT+05:30", the offset; "GMT" alone is none.
fn parse_offset(text: &str) -> Option<f64> {
    let (_, offset) = text.rsplit_once("GMT")?;
    if offset.is_empty() {
        return Some(0.0);
    }
    let (sign, rest) = match offset.strip_prefix('+') {
        Some(rest) => (1.0, rest),
        None => (-1.0, offset.strip_prefix(['-', '\u{2212}'])?),
    };
    let (hours, minutes) = rest.split_once(':').unwrap_or((rest, "0"));
    Some(sign * (hours.parse::<f64>().ok()? * 60.0 + minutes.parse::<f64>().ok()?) * MINUTE)
}
