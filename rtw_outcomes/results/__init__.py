"""The results of a run, checked and told: contract, summary, disclosure control, manifest, report."""
