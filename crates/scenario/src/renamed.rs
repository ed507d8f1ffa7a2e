//! Former names of keys: an old key is an error that names the new one.

/// Old key → what to write instead.
pub(crate) type Renamed = [(&'static str, &'static str)];

/// Of a scenario.
pub(crate) const SCENARIO: &Renamed = &[("teaches", "`summary`")];

/// Of a step.
pub(crate) const STEP: &Renamed = &[
    ("without", "`stopped`"),
    ("hold", "`pause`"),
    ("unrecorded", "`non_recording`"),
    ("kept_by", "`sampled_by`"),
    ("refused_by", "`dropped_by`"),
    ("kept", "`dropped`, with the opposite value"),
];

/// Of a variant.
pub(crate) const VARIANT: &Renamed = &[("fails", "`expect_failure`")];

/// Of `[variant.expect_failure]`.
pub(crate) const EXPECTED_FAILURE: &Renamed = &[("says", "`output_matches`"), ("refused", "`rejected_by`")];
