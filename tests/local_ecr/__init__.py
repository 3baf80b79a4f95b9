"""A local Amazon ECR: its JSON API over a real OCI registry."""
