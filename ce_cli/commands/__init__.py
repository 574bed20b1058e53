"""One module per subcommand; the only package that knows Click."""
