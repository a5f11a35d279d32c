UPDATE {archive} SET deleted_locally = true WHERE {key} = ?::uuid
