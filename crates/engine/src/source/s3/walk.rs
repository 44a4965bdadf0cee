//! Finding the objects that a URL names, folder by folder where folders can be left out.

use std::borrow::Cow;

use flowgauge_event::TimeRange;
use flowgauge_format::{export, s3_key};
use flowgauge_objects::{key_of, patient};
use futures::{StreamExt, TryStreamExt, stream};
use object_store::aws::AmazonS3;
use object_store::list::{PaginatedListOptions, PaginatedListStore};
use object_store::{Error, ListResult, ObjectMeta};

use super::pattern::KeyPattern;

/// Listing requests under way at a time.
const AT_A_TIME: usize = 16;

/// What a walk found.
#[derive(Debug, Default)]
pub struct Found {
    /// Objects that fit, sorted by key.
    pub objects: Vec<ObjectMeta>,
    /// Whether folders were left out because their names lie outside the time range.
    pub pruned: bool,
}

/// Finds the objects of a key, prefix or pattern. An object of exactly this key is meant alone.
pub async fn walk(store: &AmazonS3, key: &str, range: TimeRange) -> Result<Found, Error> {
    let pattern = KeyPattern::parse(key);
    let prefix = match &pattern {
        Some(_) => key.split('*').next().unwrap_or_default(),
        None => key,
    };
    let top = list(store, prefix, true).await?;
    if !key.is_empty()
        && !key.ends_with('/')
        && let Some(exact) = top
            .objects
            .iter()
            .find(|object| key_of(&object.location) == key)
    {
        return Ok(Found {
            objects: vec![exact.clone()],
            pruned: false,
        });
    }
    let mut found = Found::default();
    let mut level = vec![top];
    while !level.is_empty() {
        let mut folders = Vec::new();
        for listed in level {
            found.objects.extend(listed.objects);
            for folder in listed.common_prefixes {
                let folder = format!("{}/", key_of(&folder));
                if let Some(pattern) = &pattern
                    && !pattern.can_fit_below(&folder)
                {
                    continue;
                }
                match s3_key::prefix_bounds(&folder) {
                    Some((first, last)) if !range.overlaps(first, last) => found.pruned = true,
                    bounds => {
                        let inside = range.is_unbounded()
                            || bounds.is_some_and(|(first, last)| {
                                range.contains(first) && range.contains(last)
                            });
                        // Where no folder can be left out, fewer requests list all of them.
                        folders.push((folder, pattern.is_some() || !inside));
                    }
                }
            }
        }
        level = stream::iter(folders)
            .map(|(folder, step)| async move { list(store, &folder, step).await })
            .buffered(AT_A_TIME)
            .try_collect()
            .await?;
    }
    // Not what consoles put in place of empty folders, and other objects without content.
    found.objects.retain(|object| {
        let key = key_of(&object.location);
        let fits = pattern.as_ref().is_none_or(|pattern| pattern.fits(&key));
        fits && object.size > 0 && !export::is_probe(&key)
    });
    found
        .objects
        .sort_by_cached_key(|object| key_of(&object.location));
    Ok(found)
}

/// Lists all that begins with a prefix; with `step` only as far as the next slash.
async fn list(store: &AmazonS3, prefix: &str, step: bool) -> Result<ListResult, Error> {
    let prefix = (!prefix.is_empty()).then_some(prefix);
    let mut all = ListResult {
        common_prefixes: Vec::new(),
        objects: Vec::new(),
    };
    let mut page_token = None;
    loop {
        let options = PaginatedListOptions {
            delimiter: step.then_some(Cow::Borrowed("/")),
            page_token,
            ..PaginatedListOptions::default()
        };
        let page = patient(store.list_paginated(prefix, options)).await?;
        all.common_prefixes.extend(page.result.common_prefixes);
        all.objects.extend(page.result.objects);
        page_token = page.page_token;
        if page_token.is_none() {
            return Ok(all);
        }
    }
}
