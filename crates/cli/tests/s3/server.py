"""An S3 server for tests: moto, filled with the folders of a directory as buckets.

Prints its port once everything is stored, and ends when its standard input is closed. An empty
folder becomes what the consoles make of one: an object without content whose key ends in a slash.
The division sign (U+2215) in a name stands for a slash, so that keys can have two in a row.
"""

import pathlib
import sys

import boto3
from moto.server import ThreadedMotoServer

server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
host, port = server.get_host_and_port()
client = boto3.client(
    "s3",
    endpoint_url=f"http://{host}:{port}",
    region_name="us-east-1",
    aws_access_key_id="filler",
    aws_secret_access_key="filler",
)
for bucket in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    client.create_bucket(Bucket=bucket.name)
    for path in sorted(bucket.rglob("*")):
        key = path.relative_to(bucket).as_posix().replace("∕", "/")
        if path.is_file():
            client.put_object(Bucket=bucket.name, Key=key, Body=path.read_bytes())
        elif not any(path.iterdir()):
            client.put_object(Bucket=bucket.name, Key=f"{key}/")
print(port, flush=True)
sys.stdin.read()
