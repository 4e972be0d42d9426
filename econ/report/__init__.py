"""What a reader gets: tables, figures and one self-contained page, written with a manifest."""
