"""Pictures: kept safely, served in sizes, public only while something public shows them."""
