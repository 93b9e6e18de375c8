"""Who pays for a picture: keys, periods, charges and the rules of admission."""
