"""Reads flow logs with tools that are not ours and prints records, packets and bytes.

    read_back.py duckdb GLOB                  Parquet, or text below a header, by DuckDB
    read_back.py flowlogs-reader URL BUCKET   objects of a bucket, by flowlogs-reader
"""

import sys

tool = sys.argv[1]
if tool == "duckdb":
    import duckdb

    glob = sys.argv[2]
    if glob.endswith(".parquet"):
        table = f"read_parquet('{glob}')"
    else:
        table = f"read_csv('{glob}', delim=' ', header=true, nullstr='-')"
    counts = "count(*), sum(packets)::bigint, sum(bytes)::bigint"
    print(*duckdb.sql(f"select {counts} from {table} where log_status = 'OK'"
                      if glob.endswith(".parquet")
                      else f"select {counts} from {table} where \"log-status\" = 'OK'").fetchone())
elif tool == "flowlogs-reader":
    import datetime

    import boto3
    from flowlogs_reader import S3FlowLogsReader

    client = boto3.client(
        "s3",
        endpoint_url=sys.argv[2],
        region_name="eu-west-1",
        aws_access_key_id="reader",
        aws_secret_access_key="reader",
    )
    reader = S3FlowLogsReader(
        sys.argv[3],
        boto_client=client,
        include_regions=["eu-west-1"],
        start_time=datetime.datetime(2024, 5, 1, 11, 0),
        end_time=datetime.datetime(2024, 5, 1, 14, 0),
    )
    records = [record for record in reader if record.log_status == "OK"]
    print(
        len(records),
        sum(record.packets for record in records),
        sum(record.bytes for record in records),
    )
