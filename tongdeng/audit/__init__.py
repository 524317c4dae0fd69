"""The record of every act: who, in which post, for which purpose, about whom."""
