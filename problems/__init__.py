"""Networks, data and ridge; what is known of them; builds losses for ``algebra``."""
