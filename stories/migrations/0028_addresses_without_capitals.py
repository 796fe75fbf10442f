from django.db import migrations

from newsroom.db.trigrams import create_trigram_indexes

# Where an address begins is asked of the index that knows no capitals: a second one was a fifth of what an article takes.
_FROM = create_trigram_indexes(article_addresses_from="stories_article.url")


class Migration(migrations.Migration):
    dependencies = [("stories", "0027_words_of_drafts_together")]

    operations = [migrations.RunPython(_FROM.reverse_code, _FROM.code)]
