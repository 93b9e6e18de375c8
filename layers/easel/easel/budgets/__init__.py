"""Payment for pictures: keys, limits, periods, charges and admission."""
