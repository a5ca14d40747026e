"""PUC 2014-2020 and SIGMA: text tables of the national monitoring system, as a folder or a zip of them."""
