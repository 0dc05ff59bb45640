"""The command line: `python -m bff`, and the command `bff`."""

import gc


def main() -> None:
    gc.disable()  # there is no garbage yet, and to look for it takes a fifth of the start
    from bff.cli.main import cli  # noqa: PLC0415 - after that

    gc.freeze()
    gc.enable()
    cli()


if __name__ == "__main__":
    main()
