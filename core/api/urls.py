from core.api.routes import both
from core.api.schema_view import SchemaView

urlpatterns = [*both("schema", SchemaView.as_view())]
