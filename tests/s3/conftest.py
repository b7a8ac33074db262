from tests.s3.buckets import _three_nodes, s3_storages, s3_storages_on_three_nodes, s3_store, three_nodes

__all__ = ["_three_nodes", "s3_storages", "s3_storages_on_three_nodes", "s3_store", "three_nodes"]
