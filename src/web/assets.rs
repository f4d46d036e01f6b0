//! Static files, embedded in the binary: hashed names, cached for ever, compressed once at start.
//!
//! A stylesheet names another file as `url(asset:fonts/x.woff2)`: the hashed URL takes its place before the stylesheet
//! itself is hashed, so that a changed font changes both names.

use std::{collections::HashMap, io::Write as _, sync::LazyLock};

use poem::{
    Request, Response, handler,
    http::{HeaderValue, StatusCode, header},
    web::Path,
};
use rust_embed::RustEmbed;
use sha2::{Digest as _, Sha256};

use crate::error::{Error, Result};

#[derive(RustEmbed)]
#[folder = "assets/"]
#[include = "css/*.css"]
#[include = "js/*.js"]
#[include = "vendor/*.js"]
#[include = "fonts/*.woff2"]
#[include = "img/*"]
struct Files;

struct Asset {
    content_type: &'static str,
    plain: Vec<u8>,
    brotli: Option<Vec<u8>>,
    gzip: Option<Vec<u8>>,
}

/// Served name → asset, and file name → served name.
struct Assets {
    by_name: HashMap<String, Asset>,
    names: HashMap<String, String>,
}

static ASSETS: LazyLock<Assets> = LazyLock::new(|| {
    let files = Files::iter().filter_map(|path| Some((path.to_string(), Files::get(&path)?.data.into_owned())));
    let (styles, others): (Vec<_>, Vec<_>) = files.partition(|(path, _)| path.ends_with(".css"));
    let mut assets = Assets { by_name: HashMap::new(), names: HashMap::new() };
    for (path, plain) in others {
        assets.add(path, plain);
    }
    for (path, plain) in styles {
        let plain = with_hashed_urls(&plain, &assets.names);
        assets.add(path, plain);
    }
    assets
});

impl Assets {
    fn add(&mut self, path: String, plain: Vec<u8>) {
        let served = hashed_name(&path, &plain);
        self.by_name.insert(served.clone(), Asset::new(&served, plain));
        self.names.insert(path, format!("/assets/{served}"));
    }
}

/// Compresses everything now rather than at the first visit.
pub fn prepare() {
    LazyLock::force(&ASSETS);
}

/// The URL of a file under `assets/`, such as `css/app.css`. A name that does not exist gives a URL that is 404: the
/// tests walk all names used by the shell.
pub fn url(path: &str) -> &str {
    ASSETS.names.get(path).map_or(path, String::as_str)
}

/// The stylesheet with the URL of each file in place of `asset:PATH`; the tests find a name that does not exist.
fn with_hashed_urls(css: &[u8], names: &HashMap<String, String>) -> Vec<u8> {
    let css = String::from_utf8_lossy(css);
    let mut parts = css.split("asset:");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (path, rest) = part.split_at(part.find([')', '"', '\'']).unwrap_or(part.len()));
        out.push_str(names.get(path).map_or(path, String::as_str));
        out.push_str(rest);
    }
    out.into_bytes()
}

/// `css/app.css` → `app.3f2a9c11d0.css`.
fn hashed_name(path: &str, content: &[u8]) -> String {
    let digest = Sha256::digest(content);
    let hash: String = digest.iter().take(5).map(|byte| format!("{byte:02x}")).collect();
    let file = path.rsplit('/').next().unwrap_or(path);
    match file.rsplit_once('.') {
        Some((stem, extension)) => format!("{stem}.{hash}.{extension}"),
        None => format!("{file}.{hash}"),
    }
}

impl Asset {
    fn new(name: &str, plain: Vec<u8>) -> Self {
        let (content_type, text) = match name.rsplit('.').next() {
            Some("css") => ("text/css; charset=utf-8", true),
            Some("js") => ("text/javascript; charset=utf-8", true),
            Some("svg") => ("image/svg+xml", true),
            Some("woff2") => ("font/woff2", false),
            Some("png") => ("image/png", false),
            _ => ("application/octet-stream", false),
        };
        let brotli = text.then(|| brotli_of(&plain)).flatten();
        let gzip = text.then(|| gzip_of(&plain)).flatten();
        Self { content_type, plain, brotli, gzip }
    }

    /// The smallest body that the client can read.
    fn for_client(&self, accepted: &str) -> (&[u8], Option<&'static str>) {
        let refused = |weight: &str| weight.trim().strip_prefix("q=").and_then(|q| q.parse().ok()) == Some(0.0);
        let accepts = |name: &str| {
            accepted.split(',').any(|part| match part.split_once(';') {
                Some((coding, weight)) => coding.trim() == name && !refused(weight),
                None => part.trim() == name,
            })
        };
        match (&self.brotli, &self.gzip) {
            (Some(body), _) if accepts("br") => (body, Some("br")),
            (_, Some(body)) if accepts("gzip") => (body, Some("gzip")),
            _ => (&self.plain, None),
        }
    }
}

fn brotli_of(plain: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    // A window of 256 kB: no asset is larger, and the usual 4 MB would be allocated for each.
    let mut writer = brotli::CompressorWriter::new(&mut out, 4096, 11, 18);
    writer.write_all(plain).ok()?;
    drop(writer);
    Some(out)
}

fn gzip_of(plain: &[u8]) -> Option<Vec<u8>> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    writer.write_all(plain).ok()?;
    writer.finish().ok()
}

/// `GET /assets/{name}`.
#[handler]
pub fn serve(req: &Request, Path(name): Path<String>) -> Result<Response> {
    let asset = ASSETS.by_name.get(&name).ok_or_else(Error::not_found)?;
    if req.header(header::IF_NONE_MATCH).is_some() {
        // The name is the content: whoever has it, has the newest.
        return Ok(Response::builder().status(StatusCode::NOT_MODIFIED).finish());
    }
    let (body, encoding) = asset.for_client(req.header(header::ACCEPT_ENCODING).unwrap_or_default());
    let mut response = Response::builder()
        .content_type(asset.content_type)
        .header(header::CACHE_CONTROL, "public, max-age=31536000, immutable")
        .header(header::VARY, "accept-encoding")
        .body(body.to_vec());
    if let Some(encoding) = encoding {
        response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_file_gets_another_name() {
        assert_ne!(hashed_name("css/app.css", b"a"), hashed_name("css/app.css", b"b"));
        assert!(
            hashed_name("css/app.css", b"a").starts_with("app.") && hashed_name("css/app.css", b"a").ends_with(".css")
        );
    }

    #[test]
    fn a_stylesheet_names_files_by_their_hashed_urls() {
        let names = HashMap::from([("fonts/x.woff2".to_owned(), "/assets/x.1.woff2".to_owned())]);
        let css = b"a{src:url(asset:fonts/x.woff2)}b{src:url('asset:fonts/x.woff2') c}";
        assert_eq!(with_hashed_urls(css, &names), b"a{src:url(/assets/x.1.woff2)}b{src:url('/assets/x.1.woff2') c}");
        let font = url("fonts/plus-jakarta-sans.woff2");
        let style = &ASSETS.by_name[url("css/font.css").trim_start_matches("/assets/")];
        assert!(
            String::from_utf8_lossy(&style.plain).contains(&format!("url({font})")),
            "the font is the preloaded one"
        );
    }

    #[test]
    fn every_file_named_in_a_stylesheet_exists() {
        let styles = Files::iter().filter(|path| path.ends_with(".css"));
        for css in styles.filter_map(|path| Files::get(&path)) {
            let css = String::from_utf8_lossy(&css.data).into_owned();
            for name in css.split("url(asset:").skip(1).filter_map(|part| part.split(')').next()) {
                assert!(ASSETS.names.contains_key(name), "{name}");
            }
        }
    }

    /// Decision 20: what a first view may weigh, compressed.
    #[test]
    fn scripts_and_styles_stay_light() {
        let limits = [
            ("css/app.css", 9_000),
            ("css/font.css", 400),
            ("js/app.js", 3_000),
            ("js/math.js", 500),
            ("img/icon.svg", 400),
        ];
        for (path, most) in limits {
            let asset = &ASSETS.by_name[url(path).trim_start_matches("/assets/")];
            let size = asset.gzip.as_ref().expect("text").len();
            assert!(size <= most, "{path}: {size} bytes");
        }
    }

    #[test]
    fn a_client_gets_the_smallest_encoding_that_it_reads() {
        let asset = Asset::new("a.css", b"body{color:red}".repeat(50));
        assert_eq!(asset.for_client("gzip, deflate, br").1, Some("br"));
        assert_eq!(asset.for_client("gzip;q=0.8").1, Some("gzip"));
        assert_eq!(asset.for_client("").1, None);
    }
}
