"""What `archwright check` is worth on real repositories: a table, samples for readers, the bench of its speed."""
