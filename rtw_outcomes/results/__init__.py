"""What is told of results: contract, summary, disclosure control, manifest, report."""
