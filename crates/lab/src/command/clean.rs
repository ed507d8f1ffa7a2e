//! `lab clean`: removes the folders of past runs, and says where the cache is and how large.

use std::fs;
use std::path::Path;

use anyhow::Context;

use super::setup::cache;
use crate::cli::Clean;
use crate::exit::{Exit, Failure};
use crate::lab::Lab;

/// Removes what runs left behind; the cache of built tools only when asked.
///
/// # Errors
/// When a folder cannot be removed.
pub fn clean(lab: &Lab, arguments: &Clean) -> Result<Exit, Failure> {
    let cache = cache()?.dir;
    remove(lab, "past runs", &lab.runs())?;
    if arguments.cache {
        remove(lab, "cache", &cache)?;
    } else {
        let size = megabytes(&cache)?;
        lab.console.line(&format!(" kept     cache {} ({size:.1} MB; --cache removes it)", cache.display()));
    }
    Ok(Exit::Proved)
}

fn remove(lab: &Lab, what: &str, folder: &Path) -> Result<(), Failure> {
    let size = megabytes(folder)?;
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("removing {}", folder.display()))?;
    }
    lab.console.line(&format!(" removed  {what} {} ({size:.1} MB)", lab.readable(folder)));
    Ok(())
}

/// The size of a folder; one that is not there has none.
#[expect(clippy::cast_precision_loss, reason = "a size for people, to a tenth of a megabyte")]
fn megabytes(folder: &Path) -> Result<f64, Failure> {
    let bytes = bytes(folder).with_context(|| format!("reading {}", folder.display()))?;
    Ok(bytes as f64 / 1e6)
}

fn bytes(folder: &Path) -> std::io::Result<u64> {
    if !folder.exists() {
        return Ok(0);
    }
    let mut sum = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        sum += if kind.is_dir() { bytes(&entry.path())? } else { entry.metadata()?.len() };
    }
    Ok(sum)
}
