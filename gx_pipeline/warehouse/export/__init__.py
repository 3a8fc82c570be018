"""Out of the warehouse: its tables as Parquet, CSV, data package and Excel workbook. The same facts give the same bytes."""

from gx_pipeline.warehouse.export.run import Exported, Format, export

__all__ = ["Exported", "Format", "export"]
