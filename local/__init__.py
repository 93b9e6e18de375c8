"""The whole deployed system on one machine: `python -m local`, or `LocalStack` in a test.

`template.yaml` is built as SAM builds it and deployed through CloudFormation onto MiniStack, an AWS emulator; the
functions are the built artifacts, run by a bare CPython 3.13. What is here is only the glue between these parts:

    __main__.py   the command: settings, signals, banner         stack.py      the parts in order, as a context manager
    settings.py   settings from the environment                  tools.py      looks for CPython 3.13, uv and SAM
    steps.py      a line for each step, with its seconds         package.py    built folders as archives in S3
    processes.py  children, their output, their end              reaper.py     ends them even if we are killed
    build.py      the artifacts, when something changed          deploy.py     CloudFormation on MiniStack
    aws.py        MiniStack, and where it strays from AWS        http_api.py   the HTTP API's routes
    environments.py, fork_server.py  execution environments      api_gateway.py  one address, with its limits
    providers.py  who serves each provider                       emulators.py  their emulators, as children
    containers.py, sam_local.py    for `sam local`               logs.py       the functions' logs, a line per record
    banner.py     the three calls, ready to paste                access.py     the key and tokens of batches
"""
