"""One picture at a time: threads of one process that decode at the same moment would add up their memory."""

from threading import Lock

# Held while a picture is decoded as it came in, or as it is kept: some 100 MB for one of 24 megapixels.
# Nobody asks a database meanwhile: whoever waits for a turn may hold a lock there.
LARGE = Lock()
# Held while a rendition is made for somebody who waits for it, from a plate of some 20 MB.
SMALL = Lock()
