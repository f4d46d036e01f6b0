use std::io::Read as _;

use poem::http::Method;

use crate::{testing::TestApp, web::assets};

const FILES: &[(&str, &str)] = &[
    ("css/app.css", "text/css; charset=utf-8"),
    ("css/font.css", "text/css; charset=utf-8"),
    ("js/app.js", "text/javascript; charset=utf-8"),
    ("js/math.js", "text/javascript; charset=utf-8"),
    ("vendor/htmx-4.0.1.min.js", "text/javascript; charset=utf-8"),
    ("fonts/plus-jakarta-sans.woff2", "font/woff2"),
    ("img/icon.svg", "image/svg+xml"),
];

#[tokio::test]
async fn files_have_hashed_names_and_are_kept_for_ever() {
    let app = TestApp::new().await;
    for (file, content_type) in FILES {
        let url = assets::url(file);
        let stem = file.rsplit('/').next().expect("name").split('.').next().expect("stem");
        assert!(url.starts_with(&format!("/assets/{stem}")) && url.len() > file.len(), "{url}");
        let answer = app.anonymous().get(url).await.assert(200);
        assert_eq!(answer.header("content-type"), *content_type, "{answer}");
        assert_eq!(answer.header("cache-control"), "public, max-age=31536000, immutable", "{answer}");
        assert_eq!(answer.header("set-cookie"), "", "{answer}");
        app.anonymous().get(&format!("/assets/{}", file.rsplit('/').next().expect("name"))).await.assert(404);
    }
}

#[tokio::test]
async fn text_is_sent_compressed_once_and_reads_the_same() {
    let app = TestApp::new().await;
    let url = assets::url("js/app.js");
    let get = |encodings: &str| app.anonymous().get(url).header("accept-encoding", encodings);
    let plain = get("identity").await.assert(200);
    assert_eq!(plain.header("content-encoding"), "");
    let (br, gzip) = (get("gzip, deflate, br, zstd").await, get("gzip").await);
    assert_eq!((br.header("content-encoding"), gzip.header("content-encoding")), ("br", "gzip"));
    assert_eq!((br.header("vary"), plain.header("vary")), ("accept-encoding", "accept-encoding"));
    let mut unpacked = Vec::new();
    brotli::Decompressor::new(br.bytes.as_slice(), 4096).read_to_end(&mut unpacked).expect("brotli");
    assert_eq!(unpacked, plain.bytes);
    unpacked.clear();
    flate2::read::GzDecoder::new(gzip.bytes.as_slice()).read_to_end(&mut unpacked).expect("gzip");
    assert_eq!(unpacked, plain.bytes);
    assert_eq!(get("br;q=0, gzip;q=0").await.header("content-encoding"), "");
}

#[tokio::test]
async fn every_file_that_a_page_names_is_there() {
    let app = TestApp::new().await;
    let who = app.anonymous();
    for page in ["/", "/bilan-gratuit", "/auth/signin"] {
        let page = who.get(page).await;
        let named: Vec<&str> = page.text().split('"').filter(|part| part.starts_with("/assets/")).collect();
        assert!(named.len() >= 4, "{page}");
        for url in named {
            who.ask(Method::HEAD, url).await.assert(200);
        }
    }
}

#[tokio::test]
async fn pages_are_compressed_for_who_can_read_it() {
    let app = TestApp::new().await;
    let get = |encodings: &str| app.anonymous().get("/").header("accept-encoding", encodings);
    assert_eq!(get("gzip, deflate, br").await.header("content-encoding"), "gzip");
    assert_eq!(get("gzip").await.header("content-encoding"), "gzip");
    assert_eq!(get("identity").await.header("content-encoding"), "");
}
