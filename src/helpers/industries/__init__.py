"""Our own versioned readings of the industry standard SN2007: the five groups of municipal plans, and Sarpsborg's five specialisations."""
