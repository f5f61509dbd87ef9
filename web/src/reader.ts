// The reader block of a published brief: marks that script runs.
document.documentElement.dataset.script = "on";
