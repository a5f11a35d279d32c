SELECT EXISTS (SELECT FROM {archive} WHERE s3_location = ?)
