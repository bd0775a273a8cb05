"""`kiosk config`: whether settings and content are in order, and what is in force."""

from pathlib import Path

import click

from kiosk.command_line import config_errors, config_option, folders_of, print_json


@click.group(no_args_is_help=False)
def config() -> None:
    """The settings and the content of this kiosk."""


@config.command("check")
@config_option
def config_check(config_file: Path | None) -> None:
    """Checks settings, situations, labels and languages; says what is wrong, by file and key."""
    from kiosk import settings, support
    from kiosk.language import load_languages
    from kiosk.situations.loading import load

    folders = folders_of(config_file)
    with config_errors():
        load_languages(settings.load(folders).kiosk.languages, folders)
        load(folders)
        support.load(folders)
    print(f"{folders.settings_file}: everything is in order")


@config.command("show")
@config_option
def config_show(config_file: Path | None) -> None:
    """The settings as they are in force, as JSON."""
    import msgspec

    from kiosk import settings

    with config_errors():
        told = settings.load(folders_of(config_file))
    print_json(msgspec.to_builtins(told))


@config.command("schema")
def config_schema() -> None:
    """The JSON Schema of kiosk.toml, for editors."""
    import msgspec

    from kiosk.settings import Settings

    print_json(msgspec.json.schema(Settings))
