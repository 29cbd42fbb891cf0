"""The words that options let choose from; what they stand for is imported when a command runs."""

PHASES = ("laws", "conformance", "machine")
REPORTS = ("har", "html", "jsonl", "junit", "markdown", "sarif")
DIFF_FORMATS = ("text", "json", "markdown", "github", "changelog")
FAIL_ON = ("breaking", "warning", "none")
DRIFT_FORMATS = ("text", "json", "markdown")
