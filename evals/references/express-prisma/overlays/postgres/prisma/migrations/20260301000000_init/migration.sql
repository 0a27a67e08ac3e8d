-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "role" AS ENUM ('manager', 'staff');

-- CreateEnum
CREATE TYPE "status" AS ENUM ('scheduled', 'confirmed', 'completed', 'cancelled', 'no_show');

-- CreateEnum
CREATE TYPE "method" AS ENUM ('cash', 'card', 'transfer');

-- CreateEnum
CREATE TYPE "entity" AS ENUM ('patient', 'service', 'appointment', 'invoice', 'payment');

-- CreateTable
CREATE TABLE "users" (
    "id" SERIAL NOT NULL,
    "email" VARCHAR(254) NOT NULL,
    "email_folded" VARCHAR(254) NOT NULL,
    "name" VARCHAR(100) NOT NULL,
    "password_hash" VARCHAR(100) NOT NULL,
    "role" "role" NOT NULL,
    "created_at" TIMESTAMPTZ(0) NOT NULL,

    CONSTRAINT "users_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "patients" (
    "id" SERIAL NOT NULL,
    "name" VARCHAR(100) NOT NULL,
    "name_folded" VARCHAR(100) NOT NULL,
    "email" VARCHAR(254),
    "email_folded" VARCHAR(254),
    "birth_date" DATE,
    "note" TEXT,
    "created_at" TIMESTAMPTZ(0) NOT NULL,
    "deleted_at" TIMESTAMPTZ(0),

    CONSTRAINT "patients_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "patient_tags" (
    "patient_id" INTEGER NOT NULL,
    "word" VARCHAR(30) NOT NULL,

    CONSTRAINT "patient_tags_pkey" PRIMARY KEY ("patient_id","word")
);

-- CreateTable
CREATE TABLE "practitioners" (
    "id" SERIAL NOT NULL,
    "name" VARCHAR(100) NOT NULL,

    CONSTRAINT "practitioners_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "practitioner_specialties" (
    "practitioner_id" INTEGER NOT NULL,
    "word" VARCHAR(30) NOT NULL,

    CONSTRAINT "practitioner_specialties_pkey" PRIMARY KEY ("practitioner_id","word")
);

-- CreateTable
CREATE TABLE "rooms" (
    "id" SERIAL NOT NULL,
    "name" VARCHAR(100) NOT NULL,

    CONSTRAINT "rooms_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "services" (
    "id" SERIAL NOT NULL,
    "name" VARCHAR(100) NOT NULL,
    "price_cents" BIGINT NOT NULL,
    "tax_bp" INTEGER NOT NULL,

    CONSTRAINT "services_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "appointments" (
    "id" SERIAL NOT NULL,
    "patient_id" INTEGER NOT NULL,
    "practitioner_id" INTEGER NOT NULL,
    "room_id" INTEGER NOT NULL,
    "starts_at" TIMESTAMPTZ(0) NOT NULL,
    "ends_at" TIMESTAMPTZ(0) NOT NULL,
    "status" "status" NOT NULL DEFAULT 'scheduled',
    "created_at" TIMESTAMPTZ(0) NOT NULL,

    CONSTRAINT "appointments_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "treatments" (
    "id" SERIAL NOT NULL,
    "appointment_id" INTEGER NOT NULL,
    "service_id" INTEGER NOT NULL,
    "name" VARCHAR(100) NOT NULL,
    "price_cents" BIGINT NOT NULL,
    "tax_bp" INTEGER NOT NULL,
    "quantity" INTEGER NOT NULL,
    "net_cents" BIGINT NOT NULL,
    "tax_cents" BIGINT NOT NULL,

    CONSTRAINT "treatments_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "invoices" (
    "id" SERIAL NOT NULL,
    "appointment_id" INTEGER NOT NULL,
    "issued_at" TIMESTAMPTZ(0) NOT NULL,
    "net_cents" BIGINT NOT NULL,
    "tax_cents" BIGINT NOT NULL,
    "gross_cents" BIGINT NOT NULL,

    CONSTRAINT "invoices_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "payments" (
    "id" SERIAL NOT NULL,
    "invoice_id" INTEGER NOT NULL,
    "amount_cents" BIGINT NOT NULL,
    "method" "method" NOT NULL,
    "balance_cents" BIGINT NOT NULL,
    "paid_at" TIMESTAMPTZ(0) NOT NULL,
    "idempotency_key" VARCHAR(64),

    CONSTRAINT "payments_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "audit_entries" (
    "id" SERIAL NOT NULL,
    "at" TIMESTAMPTZ(0) NOT NULL,
    "user_id" INTEGER NOT NULL,
    "action" VARCHAR(40) NOT NULL,
    "entity" "entity" NOT NULL,
    "entity_id" INTEGER NOT NULL,
    "changes" JSONB NOT NULL,

    CONSTRAINT "audit_entries_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "users_email" ON "users"("email_folded");

-- CreateIndex
CREATE INDEX "patients_order" ON "patients"("created_at", "id");

-- CreateIndex
CREATE INDEX "patient_tags_word" ON "patient_tags"("word");

-- CreateIndex
CREATE INDEX "practitioner_specialties_word" ON "practitioner_specialties"("word");

-- CreateIndex
CREATE INDEX "appointments_order" ON "appointments"("starts_at", "id");

-- CreateIndex
CREATE INDEX "appointments_patient" ON "appointments"("patient_id", "starts_at");

-- CreateIndex
CREATE INDEX "appointments_practitioner" ON "appointments"("practitioner_id", "starts_at");

-- CreateIndex
CREATE INDEX "appointments_room" ON "appointments"("room_id", "starts_at");

-- CreateIndex
CREATE INDEX "treatments_appointment" ON "treatments"("appointment_id");

-- CreateIndex
CREATE UNIQUE INDEX "invoices_appointment" ON "invoices"("appointment_id");

-- CreateIndex
CREATE INDEX "invoices_issued" ON "invoices"("issued_at");

-- CreateIndex
CREATE UNIQUE INDEX "payments_key" ON "payments"("invoice_id", "idempotency_key");

-- CreateIndex
CREATE INDEX "audit_entries_order" ON "audit_entries"("at", "id");

-- CreateIndex
CREATE INDEX "audit_entries_entity" ON "audit_entries"("entity", "entity_id");

-- CreateIndex
CREATE INDEX "audit_entries_user" ON "audit_entries"("user_id");

-- AddForeignKey
ALTER TABLE "patient_tags" ADD CONSTRAINT "patient_tags_patient_id_fkey" FOREIGN KEY ("patient_id") REFERENCES "patients"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "practitioner_specialties" ADD CONSTRAINT "practitioner_specialties_practitioner_id_fkey" FOREIGN KEY ("practitioner_id") REFERENCES "practitioners"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "appointments" ADD CONSTRAINT "appointments_patient_id_fkey" FOREIGN KEY ("patient_id") REFERENCES "patients"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "appointments" ADD CONSTRAINT "appointments_practitioner_id_fkey" FOREIGN KEY ("practitioner_id") REFERENCES "practitioners"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "appointments" ADD CONSTRAINT "appointments_room_id_fkey" FOREIGN KEY ("room_id") REFERENCES "rooms"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "treatments" ADD CONSTRAINT "treatments_appointment_id_fkey" FOREIGN KEY ("appointment_id") REFERENCES "appointments"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "treatments" ADD CONSTRAINT "treatments_service_id_fkey" FOREIGN KEY ("service_id") REFERENCES "services"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "invoices" ADD CONSTRAINT "invoices_appointment_id_fkey" FOREIGN KEY ("appointment_id") REFERENCES "appointments"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "payments" ADD CONSTRAINT "payments_invoice_id_fkey" FOREIGN KEY ("invoice_id") REFERENCES "invoices"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "audit_entries" ADD CONSTRAINT "audit_entries_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;


-- By hand from here on: what the schema language cannot say.

-- CreateIndex: the email of a deleted patient is free again
CREATE UNIQUE INDEX "patients_email" ON "patients"("email_folded") WHERE "deleted_at" IS NULL;

-- AddCheck
ALTER TABLE "services" ADD CONSTRAINT "services_price" CHECK ("price_cents" >= 0);
ALTER TABLE "services" ADD CONSTRAINT "services_tax" CHECK ("tax_bp" BETWEEN 0 AND 10000);

-- AddCheck
ALTER TABLE "appointments" ADD CONSTRAINT "appointments_times"
    CHECK ("ends_at" > "starts_at" AND "ends_at" <= "starts_at" + INTERVAL '8 hours');

-- AddCheck
ALTER TABLE "treatments" ADD CONSTRAINT "treatments_quantity" CHECK ("quantity" >= 1);
ALTER TABLE "treatments" ADD CONSTRAINT "treatments_net" CHECK ("net_cents" = "price_cents" * "quantity");

-- AddCheck
ALTER TABLE "invoices" ADD CONSTRAINT "invoices_gross" CHECK ("gross_cents" = "net_cents" + "tax_cents");

-- AddCheck
ALTER TABLE "payments" ADD CONSTRAINT "payments_amount" CHECK ("amount_cents" > 0);
ALTER TABLE "payments" ADD CONSTRAINT "payments_balance" CHECK ("balance_cents" >= 0);
