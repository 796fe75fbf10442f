"""The commands that scripts/test-install reads from docs/operating.md."""

from tests.checklist import read_commands

NEW_MACHINE = "Restoring on a new machine"


def test_the_commands_for_a_new_machine_are_those_of_its_database_and_release():
    for database, url in {"postgresql": "postgres://newsroom@", "sqlite": "sqlite:////var/lib/newsroom/"}.items():
        commands = read_commands(NEW_MACHINE, database=database, version="1.5.2")
        restores = [each for each in commands if each.startswith("newsroom-manage restore")]
        assert len(restores) == 1
        assert f"--into {url}" in restores[0]
        assert ("runuser -u postgres -- createuser newsroom" in commands) == (database == "postgresql")
        installs = [each for each in commands if "scripts/install" in each]
        assert [each.split()[0] for each in installs] == ["newsroom-1.5.2/scripts/install"] * 2
        assert "--no-start" in installs[0]
        assert commands.index(installs[0]) < commands.index(restores[0]) < commands.index(installs[1])


def test_the_commands_for_a_folder_of_backups_make_the_folder_and_let_the_units_write_there():
    commands = read_commands("Where backups go")
    assert commands[0].startswith("install -d ")
    assert "backups.conf" in commands[2]


def test_the_commands_after_an_installation_copy_the_settings():
    assert [each for each in read_commands("What comes next") if each.startswith("tar ")] == [
        "tar -czf newsroom-etc.tar.gz -C /etc newsroom"
    ]
