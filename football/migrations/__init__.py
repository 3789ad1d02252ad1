"""Steps from each form of the database to the next, as Alembic runs them; `football.migrating` starts it.

There is no `env.py`: connection and lock come from `football.sql_store`. A new step is a module in `versions`; a test
says when the tables of `football.sql_tables` and the steps no longer agree.
"""
