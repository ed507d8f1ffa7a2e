//! `lab clean`: removes the folders of past runs.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::setup::cache;
use crate::exit::Exit;
use crate::lab::Lab;

/// Removes the folders of past runs, and with `--cache` the cache of built tools.
pub(super) fn clean(lab: &Lab, with_cache: bool) -> Result<Exit> {
    let cache = cache()?.dir;
    remove(lab, "past runs", &lab.runs())?;
    if with_cache {
        remove(lab, "cache", &cache)?;
    } else {
        let size = megabytes(&cache)?;
        lab.console.line(&format!(" kept     cache {} ({size:.1} MB; --cache removes it)", cache.display()));
    }
    Ok(Exit::Proved)
}

fn remove(lab: &Lab, what: &str, folder: &Path) -> Result<()> {
    let size = megabytes(folder)?;
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("cannot remove {}", folder.display()))?;
    }
    lab.console.line(&format!(" removed  {what} {} ({size:.1} MB)", lab.readable(folder)));
    Ok(())
}

/// The size of a folder; 0 if it does not exist.
#[expect(clippy::cast_precision_loss, reason = "a size for people, to a tenth of a megabyte")]
fn megabytes(folder: &Path) -> Result<f64> {
    let bytes = bytes(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    Ok(bytes as f64 / 1e6)
}

fn bytes(folder: &Path) -> std::io::Result<u64> {
    if !folder.exists() {
        return Ok(0);
    }
    let mut sum = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        sum += if entry.file_type()?.is_dir() { bytes(&entry.path())? } else { entry.metadata()?.len() };
    }
    Ok(sum)
}
