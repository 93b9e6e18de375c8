"""The whole deployed system on one machine: `python -m local`, or `LocalStack` in a test.

`template.yaml` is built by SAM and deployed through CloudFormation onto MiniStack, an AWS emulator; the functions are
the built artifacts, run by a bare CPython 3.13. What is here is only the glue between these parts:

    __main__.py   the command: settings, signals, banner         stack.py      the parts in order, as a context manager
    settings.py   settings from the environment                  tools.py      looks for SAM and CPython 3.13
    processes.py  children, their output, their end              reaper.py     ends them even if we are killed
    build.py      `sam build`, when something changed            deploy.py     `sam deploy` onto MiniStack
    aws.py        MiniStack, and where it strays from AWS        http_api.py   the HTTP API's routes
    environments.py, fork_server.py  execution environments      api_gateway.py  one address, with its limits
    providers.py  emulators and base URLs                        access.py     the key and tokens of batches
    containers.py, sam_local.py    for `sam local`               logs.py       the functions' logs, a line per record
    banner.py     the three calls, ready to paste                batch.py      `make batch`
"""
