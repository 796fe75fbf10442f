"""The address that says whether the process lives."""


def test_a_living_process_says_so_without_the_database(client):
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")


def test_nobody_keeps_the_answer(client):
    assert client.get("/healthz")["Cache-Control"] == "no-store"


def test_it_is_only_read(client):
    assert client.post("/healthz").status_code == 405
