"""Sends the lines of a file through a command in Spark's local mode, with retries, and prints what comes in their order.

    many_machines_spark.py LINES COMMAND
"""

import sys

from pyspark import SparkConf, SparkContext

lines, command = sys.argv[1:]
settings = SparkConf().setMaster("local[2,3]").set("spark.ui.enabled", "false")
with SparkContext(conf=settings) as context:
    context.setLogLevel("OFF")
    for line in context.textFile(lines, minPartitions=4).pipe(command, checkCode=True).collect():
        print(line)
