"""Did it happen? What an investment did to a place, after the fact."""
