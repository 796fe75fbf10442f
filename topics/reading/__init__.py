"""What the pages of topics show. Stories are reached from the topic, never imported."""

from topics.reading.index import TopicCounted as TopicCounted
from topics.reading.index import TopicList as TopicList
from topics.reading.topic import TOPICS as TOPICS
from topics.reading.topic import TopicPage as TopicPage
from topics.reading.topic import public_topic as public_topic
from topics.reading.topic import topic_family as topic_family
from topics.reading.watching import watch as watch
