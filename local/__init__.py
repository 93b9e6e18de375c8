"""The whole system on one machine: `python -m local`, or `LocalStack` in a test.

`template.yaml` is built like SAM does and deployed through CloudFormation to MiniStack, an AWS emulator. The functions
are the built artifacts, run by a bare CPython 3.13. This package connects these parts:

    __main__.py   the command: settings, signals, banner         stack.py      the parts in order, as a context manager
    settings.py   settings from the environment                  tools.py      finds CPython 3.13, uv and SAM
    steps.py      prints each step with its seconds              package.py    built folders as archives in S3
    processes.py  child processes and their output               reaper.py     ends them even if this process is killed
    build.py      builds the artifacts, if anything changed      deploy.py     CloudFormation on MiniStack
    aws.py        MiniStack, patched where it differs from AWS   http_api.py   the HTTP API's routes
    environments.py, fork_server.py  execution environments      api_gateway.py  the addresses and AWS's limits
    providers.py  chooses each provider's server                 emulators.py  the emulators' processes
    containers.py, sam_local.py    for `sam local`               logs.py       the functions' logs, a line per record
    banner.py     the three example calls                        access.py     the key and tokens for batches
"""
