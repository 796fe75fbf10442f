"""What is known of scripts: in which of them no space parts one word from the next."""

# Chinese, Japanese, Thai, Lao, Burmese, Khmer: each sign of these counts as a word, where words are counted.
UNPARTED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
