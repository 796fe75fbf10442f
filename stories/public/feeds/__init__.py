"""Feeds of stories, changes, corrections, open questions and forecasts, in Atom (RFC 4287), RSS 2.0 and JSON Feed 1.1."""

from stories.public.feeds.changes import change_feed as change_feed
from stories.public.feeds.changes import change_json_feed as change_json_feed
from stories.public.feeds.corrections import correction_feed as correction_feed
from stories.public.feeds.forecasts import forecast_feed as forecast_feed
from stories.public.feeds.open_questions import open_question_feed as open_question_feed
from stories.public.feeds.stories import author_feed as author_feed
from stories.public.feeds.stories import outlet_feed as outlet_feed
from stories.public.feeds.stories import story_feed as story_feed
from stories.public.feeds.stories import story_json_feed as story_json_feed
from stories.public.feeds.stories import story_rss as story_rss
from stories.public.feeds.stories import topic_feed as topic_feed
