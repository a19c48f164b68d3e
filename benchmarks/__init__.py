"""What is measured, each figure beside what a user would otherwise run, in the same run."""
