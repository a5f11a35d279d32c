-- As the batch itself will: it shuts out whoever adds a trigger, a foreign key or a policy.
LOCK TABLE ONLY {source}, ONLY {archive} IN ROW EXCLUSIVE MODE
