"""The whole system on one machine: `python -m local`, or `LocalStack` in a test.

`template.yaml` is built like SAM does and deployed through CloudFormation to MiniStack, an AWS emulator. The functions
are the built artifacts, run by a bare CPython 3.13. This package connects these parts:

    __main__.py   the command: settings, signals, banner         stack.py      the parts in order, as a context manager
    settings.py   settings from the environment                  tools.py      looks for CPython 3.13, uv and SAM
    steps.py      a line for each step, with its seconds         package.py    built folders as archives in S3
    processes.py  children, their output, their end              reaper.py     ends them even if we are killed
    build.py      the artifacts, when something changed          deploy.py     CloudFormation on MiniStack
    aws.py        MiniStack, and where it strays from AWS        http_api.py   the HTTP API's routes
    environments.py, fork_server.py  execution environments      api_gateway.py  the addresses and AWS's limits
    providers.py  who serves each provider                       emulators.py  their emulators, as children
    containers.py, sam_local.py    for `sam local`               logs.py       the functions' logs, a line per record
    banner.py     the three example calls                        access.py     the key and tokens for batches
"""
