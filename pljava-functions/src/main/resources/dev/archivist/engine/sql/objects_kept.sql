UPDATE {archive} SET object_expires_at = NULL WHERE s3_location = ?
