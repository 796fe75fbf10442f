"""The programs that install and upgrade a site on one machine. They use only the standard library."""
